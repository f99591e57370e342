//! Which part of one name meets which part of the other.

/// A run of tokens, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Span {
    pub(crate) from: u8,
    pub(crate) to: u8,
}

impl Span {
    pub(crate) fn one(at: usize) -> Span {
        Span { from: at as u8, to: at as u8 }
    }

    pub(crate) fn bits(self) -> u32 {
        let width = u32::from(self.to - self.from) + 1;
        ((1 << width) - 1) << self.from
    }
}

/// A possible meeting of two spans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) left: Span,
    pub(crate) right: Span,
    /// Thousandths.
    pub(crate) similarity: u16,
    pub(crate) rule: super::explain::Rule,
}

/// Most links kept of one comparison.
pub(crate) const MAX_LINKS: usize = 64;

/// Links found, best first after `settle`.
pub(crate) struct Links {
    links: [Link; MAX_LINKS],
    count: usize,
    /// How many of these are settled.
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

    pub(crate) fn add(&mut self, link: Link) {
        if self.count < MAX_LINKS {
            self.links[self.count] = link;
            self.count += 1;
        }
    }

    /// Keeps the best links that share no token: greedily by similarity, which is exact for names of people because
    /// two parts of one name are seldom alike.
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

    pub(crate) fn kept(&self) -> &[Link] {
        &self.links[..self.count]
    }
}
