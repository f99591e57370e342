//! Regular expressions, matched without backtracking.
//!
//! The subset of Lucene's that is in use: letters, `.`, `[a-z]`, `[^a-z]`, `( )`, `|`, `?`, `*`, `+`, `{n}`, `{n,}`,
//! `{n,m}` and `\` before a sign. An expression is compiled to a Thompson automaton, and all its states advance
//! together, so that the time is at most proportional to letters times states. The `regex` crate is not used: it is in
//! the tree for tests only, and its tables would be the largest part of this crate.

use std::iter::Peekable;
use std::str::Chars;

/// Most states. Repetitions copy their content, and copies of copies multiply.
const STATES: usize = 2_000;
const DEPTH: usize = 32;
const REPEATS: usize = 255;
/// Signs of repetition after one another: each nests what is before it.
const SIGNS: usize = 4;

/// What a state accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// One letter of a class, then on to the next state.
    Letter(Class),
    /// On to both states without a letter.
    Split(usize, usize),
    /// On to another state.
    Jump(usize),
    Accept,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Class {
    is_negated: bool,
    ranges: Vec<(char, char)>,
}

impl Class {
    fn contains(&self, letter: char) -> bool {
        self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&letter)) != self.is_negated
    }
}

/// A compiled expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Regex {
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
enum Node {
    Empty,
    Letter(Class),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Repeat { node: Box<Node>, least: usize, most: Option<usize> },
}

impl Regex {
    /// Compiles an expression; the error describes the fault.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut parser = Parser { rest: text.chars().peekable() };
        let node = parser.choice(0)?;
        if parser.rest.peek().is_some() {
            return Err("unbalanced ) in a regular expression");
        }
        let mut regex = Self { steps: Vec::new() };
        regex.compile(&node)?;
        regex.push(Step::Accept)?;
        Ok(regex)
    }

    /// Number of states: how many steps each letter may take.
    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether a text matches as a whole.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut now = States::new(self.steps.len());
        let mut next = States::new(self.steps.len());
        self.reach(&mut now, 0);
        for letter in text.chars() {
            next.clear();
            for &state in &now.list {
                if let Some(Step::Letter(class)) = self.steps.get(state)
                    && class.contains(letter)
                {
                    self.reach(&mut next, state + 1);
                }
            }
            if next.list.is_empty() {
                return false;
            }
            std::mem::swap(&mut now, &mut next);
        }
        now.list.iter().any(|state| self.steps.get(*state) == Some(&Step::Accept))
    }

    /// Adds a state and all that follow from it without a letter.
    fn reach(&self, states: &mut States, state: usize) {
        let mut open = vec![state];
        while let Some(state) = open.pop() {
            if !states.insert(state) {
                continue;
            }
            match self.steps.get(state) {
                Some(Step::Split(left, right)) => open.extend([*right, *left]),
                Some(Step::Jump(to)) => open.push(*to),
                _ => {}
            }
        }
    }

    fn push(&mut self, step: Step) -> Result<usize, &'static str> {
        if self.steps.len() >= STATES {
            return Err("a regular expression repeats too much");
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn set(&mut self, at: usize, step: Step) {
        if let Some(slot) = self.steps.get_mut(at) {
            *slot = step;
        }
    }

    fn compile(&mut self, node: &Node) -> Result<(), &'static str> {
        match node {
            Node::Empty => Ok(()),
            Node::Letter(class) => self.push(Step::Letter(class.clone())).map(|_| ()),
            Node::Sequence(nodes) => nodes.iter().try_for_each(|node| self.compile(node)),
            Node::Choice(nodes) => self.compile_choice(nodes),
            Node::Repeat { node, least, most } => self.compile_repeat(node, *least, *most),
        }
    }

    fn compile_choice(&mut self, nodes: &[Node]) -> Result<(), &'static str> {
        let mut ends = Vec::new();
        let Some((last, others)) = nodes.split_last() else { return Ok(()) };
        for node in others {
            let split = self.push(Step::Accept)?;
            self.compile(node)?;
            ends.push(self.push(Step::Accept)?);
            self.set(split, Step::Split(split + 1, self.steps.len()));
        }
        self.compile(last)?;
        let end = self.steps.len();
        ends.into_iter().for_each(|jump| self.set(jump, Step::Jump(end)));
        Ok(())
    }

    fn compile_repeat(
        &mut self,
        node: &Node,
        least: usize,
        most: Option<usize>,
    ) -> Result<(), &'static str> {
        for _ in 0..least {
            let before = self.steps.len();
            self.compile(node)?;
            if self.steps.len() == before {
                // Repeating an empty expression gives an empty expression. Without this exit, nested repetitions of it
                // would run for the product of all counts without reaching the limit of states.
                break;
            }
        }
        let Some(most) = most else {
            let split = self.push(Step::Accept)?;
            self.compile(node)?;
            self.push(Step::Jump(split))?;
            self.set(split, Step::Split(split + 1, self.steps.len()));
            return Ok(());
        };
        let mut splits = Vec::new();
        for _ in least..most {
            splits.push(self.push(Step::Accept)?);
            self.compile(node)?;
        }
        let end = self.steps.len();
        splits.into_iter().for_each(|split| self.set(split, Step::Split(split + 1, end)));
        Ok(())
    }
}

/// States without repeats.
struct States {
    list: Vec<usize>,
    is_in: Vec<bool>,
}

impl States {
    fn new(count: usize) -> Self {
        Self { list: Vec::new(), is_in: vec![false; count] }
    }

    fn clear(&mut self) {
        for state in self.list.drain(..) {
            if let Some(slot) = self.is_in.get_mut(state) {
                *slot = false;
            }
        }
    }

    fn insert(&mut self, state: usize) -> bool {
        let Some(slot) = self.is_in.get_mut(state) else { return false };
        if !*slot {
            *slot = true;
            self.list.push(state);
            return true;
        }
        false
    }
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Parser<'_> {
    fn choice(&mut self, depth: usize) -> Result<Node, &'static str> {
        if depth > DEPTH {
            return Err("a regular expression is nested too deeply");
        }
        let mut choices = vec![self.sequence(depth)?];
        while self.rest.next_if_eq(&'|').is_some() {
            choices.push(self.sequence(depth)?);
        }
        Ok(Node::Choice(choices))
    }

    fn sequence(&mut self, depth: usize) -> Result<Node, &'static str> {
        let mut nodes = Vec::new();
        while let Some(letter) = self.rest.next_if(|letter| !matches!(letter, '|' | ')')) {
            let atom = self.atom(letter, depth)?;
            nodes.push(self.repeated(atom)?);
        }
        Ok(if nodes.is_empty() { Node::Empty } else { Node::Sequence(nodes) })
    }

    fn atom(&mut self, letter: char, depth: usize) -> Result<Node, &'static str> {
        Ok(match letter {
            '.' => Node::Letter(Class { is_negated: true, ranges: Vec::new() }),
            '[' => Node::Letter(self.class()?),
            '(' => {
                let inner = self.choice(depth + 1)?;
                self.rest.next_if_eq(&')').ok_or("unclosed ( in a regular expression")?;
                inner
            }
            '\\' => this(self.rest.next().ok_or("\\ at the end of a regular expression")?),
            '*' | '+' | '?' | '{' => return Err("a repetition of nothing in a regular expression"),
            letter => this(letter),
        })
    }

    fn class(&mut self) -> Result<Class, &'static str> {
        const UNCLOSED: &str = "unclosed [ in a regular expression";
        let is_negated = self.rest.next_if_eq(&'^').is_some();
        let mut ranges = Vec::new();
        loop {
            let from = match self.rest.next().ok_or(UNCLOSED)? {
                ']' if !ranges.is_empty() => return Ok(Class { is_negated, ranges }),
                '\\' => self.rest.next().ok_or(UNCLOSED)?,
                letter => letter,
            };
            let mut to = from;
            if self.rest.next_if_eq(&'-').is_some() {
                match self.rest.next().ok_or(UNCLOSED)? {
                    ']' => {
                        ranges.extend([(from, from), ('-', '-')]);
                        return Ok(Class { is_negated, ranges });
                    }
                    '\\' => to = self.rest.next().ok_or(UNCLOSED)?,
                    letter => to = letter,
                }
            }
            ranges.push((from, to));
        }
    }

    fn repeated(&mut self, mut node: Node) -> Result<Node, &'static str> {
        let mut signs = 0;
        while let Some(sign) = self.rest.next_if(|letter| matches!(letter, '*' | '+' | '?' | '{')) {
            signs += 1;
            if signs > SIGNS {
                return Err("a regular expression repeats too much");
            }
            let (least, most) = match sign {
                '*' => (0, None),
                '+' => (1, None),
                '?' => (0, Some(1)),
                _ => self.counts()?,
            };
            node = Node::Repeat { node: Box::new(node), least, most };
        }
        Ok(node)
    }

    fn counts(&mut self) -> Result<(usize, Option<usize>), &'static str> {
        let least = self.number().ok_or("a number is missing after { in a regular expression")?;
        let most = match self.rest.next_if_eq(&',') {
            Some(_) => self.number(),
            None => Some(least),
        };
        self.rest.next_if_eq(&'}').ok_or("unclosed { in a regular expression")?;
        if least.max(most.unwrap_or_default()) > REPEATS || most.is_some_and(|most| most < least) {
            return Err("a regular expression repeats too much");
        }
        Ok((least, most))
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit) = self.rest.peek().and_then(|letter| letter.to_digit(10)) {
            self.rest.next();
            let so_far: usize = number.unwrap_or_default();
            number = Some(so_far.saturating_mul(10).saturating_add(digit as usize));
        }
        number
    }
}

fn this(letter: char) -> Node {
    Node::Letter(Class { is_negated: false, ranges: vec![(letter, letter)] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn expressions_match_whole_texts() {
        for (expression, text, expected) in [
            ("za(k|kh)?arov", "zakharov", true),
            ("za(k|kh)?arov", "zaarov", true),
            ("za(k|kh)arov", "zaharov", false),
            ("zakh.*", "zakharov", true),
            ("akh.*", "zakharov", false),
            ("[a-z]+ov", "zakharov", true),
            ("[^a-m]akharov", "zakharov", true),
            ("[^n-z]akharov", "zakharov", false),
            ("a{2,3}", "aa", true),
            ("a{2,3}", "aaaa", false),
            ("a{2}", "aaa", false),
            ("a{2,}", "aaaaa", true),
            ("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false),
            (r"a\.b", "a.b", true),
            ("", "", true),
            ("[]-]x", "-x", true),
        ] {
            assert_eq!(Regex::parse(expression).unwrap().matches(text), expected, "{expression}");
        }
    }

    #[test]
    fn broken_expressions_are_errors() {
        for expression in ["(", ")", "[a", "*", "a{", "a{2", "a{3,2}", "a{999}", "\\", "a(b"] {
            assert!(Regex::parse(expression).is_err(), "{expression}");
        }
        assert!(Regex::parse("((a{200}){200})").is_err());
        assert!(Regex::parse(&"(".repeat(99)).is_err());
        assert!(Regex::parse(&format!("a{}", "+".repeat(999))).is_err());
        let nothing = format!("{}{}", "(".repeat(30), "){255}".repeat(30));
        assert!(Regex::parse(&nothing).unwrap().matches(""));
    }

    proptest! {
        #[test]
        fn no_expression_panics(expression in r"[ab.|()\[\]*+?{},0-9^\\-]{0,20}", text in "[ab]{0,12}") {
            if let Ok(regex) = Regex::parse(&expression) {
                regex.matches(&text);
            }
        }

        #[test]
        fn a_literal_matches_itself_only(word in "[a-c]{1,6}", other in "[a-c]{1,6}") {
            prop_assert_eq!(Regex::parse(&word).unwrap().matches(&other), word == other);
        }
    }
}
