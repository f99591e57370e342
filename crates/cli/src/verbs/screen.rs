//! `interdict screen`

use clap::Args;
use interdict_engine::{Answer, Lists, Session};
use interdict_model::{Gap, Verdict};

use super::render;
use crate::data::{Data, RequireArgs, StateArgs};
use crate::output::{ExitStatus, Output, print_note, warn_gaps};
use crate::query::{PolicyArgs, QueryArgs};

/// Screen one name, number or wallet.
///
/// The best matches are shown with score, list, programme, the alias that matched, and the evidence for and against.
/// Without any imported list only the built-in dataset is searched, and the answer is incomplete unless that dataset is
/// named with `-d dprk_cyber`.
///
/// Each name on stdin (`-`) gets one answer, in JSON one document on each line; the exit code is that of the worst
/// answer. A date, gender, country or address that cannot be read is an error, exit code 2.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict screen \"Kim Sang-man\" --birth-date 1965-04-25
  interdict screen 진영정보기술개발협조회사
  interdict screen \"Ocean Star\" --schema Vessel --id imo:9187629
  interdict screen --wallet 0x098B716B8Aaf21512996dC57EB0615e2383E2f96
  echo \"Jane Example\" | interdict screen - --format json")]
pub(crate) struct Screen {
    /// The name; `-` reads names from stdin, one a line, and answers each.
    #[arg(required_unless_present_any = ["identifiers", "wallet"])]
    name: Vec<String>,
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    require: RequireArgs,
    #[command(flatten)]
    state: StateArgs,
}

impl Screen {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        if self.name == ["-"] {
            return self.run_lines(&session, output);
        }
        let query = self.query.query(&self.name, session.config())?;
        let lists = self.open_lists(&session)?;
        let answer = session.screen(&lists, &query, &self.policy.policy(session.config()))?;
        output.print(&session, &answer, render_answer)?;
        warn_gaps(&answer.searched.gaps);
        Ok(answer.verdict.into())
    }

    /// The lists to answer from, in which the wallet addresses of the query can be looked up.
    fn open_lists(&self, session: &Session) -> anyhow::Result<Lists> {
        let mut lists = session.open_lists(self.state.as_of())?;
        lists.require(&self.require.require);
        session.check_wallets(&lists, self.query.wallets())?;
        Ok(lists)
    }

    /// Answers each line of stdin. All lines are read before the first answer is printed, so that the error for an
    /// invalid line is not lost among the answers.
    fn run_lines(&self, session: &Session, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let queries = self.query.queries(session.config())?;
        let lists = self.open_lists(session)?;
        let policy = self.policy.policy(session.config());
        let mut status = ExitStatus::Done;
        let mut told: Vec<Gap> = Vec::new();
        for (line, query) in &queries {
            let answer = session.screen(&lists, query, &policy)?;
            output.print_one_of_many(session, &answer, |answer| match queries.len() {
                1 => render_answer(answer),
                _ => format!("line {line}\n{}\n", render_answer(answer)),
            })?;
            let mut gaps = answer.searched.gaps;
            gaps.retain(|gap| !told.contains(gap));
            if queries.len() > 1 && !gaps.is_empty() {
                print_note(&format!("line {line}:"));
            }
            warn_gaps(&gaps);
            told.extend(gaps);
            status = status.worse(answer.verdict.into());
        }
        Ok(status)
    }
}

fn render_answer(answer: &Answer) -> String {
    let mut text = String::new();
    if answer.outcome.matches == 0 {
        let state = match answer.verdict {
            Verdict::Clear { .. } => "clear",
            Verdict::Match | Verdict::Incomplete => "nothing found, but incomplete",
        };
        // A listed party of another kind may have an equal name.
        let kind = answer.query.schema.as_ref();
        let among = kind.map(|kind| format!(" among what may be a {kind}")).unwrap_or_default();
        text.push_str(&format!("{state}: no match{among} at {} or above\n", answer.threshold));
    }
    for candidate in &answer.outcome.candidates {
        text.push_str(&render::candidate(candidate));
        text.push('\n');
    }
    let shown = answer.outcome.candidates.iter().filter(|candidate| candidate.is_match).count();
    if answer.outcome.matches > shown {
        text.push_str(&format!(
            "{} more at {} or above; raise --limit to see them\n",
            answer.outcome.matches - shown,
            answer.threshold
        ));
    }
    text.push_str(&render::policy(&answer.policy));
    text.push_str(&render::searched(&answer.searched));
    text
}
