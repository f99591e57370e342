//! Assignment of the tokens of one name to the tokens of another.

use crate::name::{Name, Token};

/// A run of tokens, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Span {
    pub(crate) from: u8,
    pub(crate) to: u8,
}

impl Span {
    /// The tokens `from..=to`. A name has fewer than 256 tokens (`builder::MAX_TOKENS`).
    pub(crate) fn new(from: usize, to: usize) -> Span {
        let index = |at: usize| u8::try_from(at).unwrap_or(u8::MAX);
        Span { from: index(from), to: index(to) }
    }

    /// The span of all tokens of a name with this number of tokens.
    pub(crate) fn all(tokens: usize) -> Span {
        Span::new(0, tokens.saturating_sub(1))
    }

    /// The span of a single token.
    pub(crate) fn one(at: usize) -> Span {
        Span::new(at, at)
    }

    /// The tokens of the span in its name.
    #[inline]
    pub(crate) fn tokens(self, name: &Name) -> &[Token] {
        name.tokens.get(usize::from(self.from)..=usize::from(self.to)).unwrap_or_default()
    }

    /// The weight of these tokens, in hundredths.
    #[inline]
    pub(crate) fn weight(self, name: &Name) -> u32 {
        self.tokens(name).iter().map(|token| u32::from(token.weight)).sum()
    }

    /// The tokens of the span as bits.
    pub(crate) fn bits(self) -> u32 {
        let width = u32::from(self.to - self.from) + 1;
        ((1 << width) - 1) << self.from
    }
}

/// A candidate alignment of two spans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) left: Span,
    pub(crate) right: Span,
    /// Similarity in thousandths.
    pub(crate) similarity: u16,
    pub(crate) rule: super::explain::Rule,
}

/// Links kept per comparison; later ones are dropped. 64 is more than two names of eight tokens can
/// produce.
pub(crate) const MAX_LINKS: usize = 64;

/// The candidate alignments of one comparison; after `resolve` a one-to-one assignment, best first.
pub(crate) struct Links {
    links: [Link; MAX_LINKS],
    count: usize,
    /// Number of links that the last `resolve` kept.
    settled: usize,
}

impl Links {
    pub(crate) fn new() -> Self {
        let none = Link {
            left: Span::one(0),
            right: Span::one(0),
            similarity: 0,
            rule: super::explain::Rule::Same,
        };
        Links { links: [none; MAX_LINKS], count: 0, settled: 0 }
    }

    /// Adds a candidate alignment if there is room.
    pub(crate) fn add(&mut self, link: Link) {
        if self.count < MAX_LINKS {
            self.links[self.count] = link;
            self.count += 1;
        }
    }

    /// Keeps the best links that share no token, greedily by similarity. Greedy is not optimal in
    /// general, but two tokens of one name are seldom similar to the same token, so it rarely
    /// differs from the optimum and costs only a sort.
    pub(crate) fn resolve(&mut self) {
        if self.settled == self.count {
            return;
        }
        self.links[..self.count].sort_unstable_by_key(|link| {
            (
                1000 - link.similarity,
                link.left.from.abs_diff(link.right.from),
                link.left.from,
                link.right.from,
            )
        });
        let (mut left, mut right, mut kept) = (0_u32, 0_u32, 0);
        for index in 0..self.count {
            let link = self.links[index];
            if left & link.left.bits() == 0 && right & link.right.bits() == 0 {
                left |= link.left.bits();
                right |= link.right.bits();
                self.links[kept] = link;
                kept += 1;
            }
        }
        (self.count, self.settled) = (kept, kept);
    }

    /// The tokens of each side that a kept link covers, as bits.
    pub(crate) fn matched_tokens(&self) -> (u32, u32) {
        let add = |(left, right): (u32, u32), link: &Link| {
            (left | link.left.bits(), right | link.right.bits())
        };
        self.kept().iter().fold((0, 0), add)
    }

    /// The links so far; after `resolve` those of the assignment.
    pub(crate) fn kept(&self) -> &[Link] {
        &self.links[..self.count]
    }
}
