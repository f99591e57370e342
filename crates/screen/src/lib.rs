//! Query to candidates to score, explanation and decision.
