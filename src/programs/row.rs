//! How a row of the catalogue is written: what it starts as, and what is said of it.

use super::program::*;

/// A tool of every usual image.
pub(super) const fn tool(names: &'static [&'static str]) -> Program {
    Program {
        names,
        kind: Kind::Tool,
        runs: Runs::Unknown,
        says: Says::Both,
        prints: Prints::Something,
        tells: None,
        makes_files: true,
        values: &[],
        least_operands: 0,
        instead: &[],
        strays: Strays::Taken,
        greets: None,
        files: OnFiles::Nothing,
        http: None,
        asks: None,
        asks_again: AsksAgain::Never,
        uses: &[],
        second: &[],
        client: None,
        ends_on_signal: false,
        gives_way: None,
    }
}

/// A word of the shell.
pub(super) const fn word(names: &'static [&'static str]) -> Program {
    Program { kind: Kind::Word, ..tool(names) }
}

/// A program of a product.
pub(super) const fn product(names: &'static [&'static str]) -> Program {
    Program { kind: Kind::Product, ..tool(names) }
}

impl Program {
    pub(super) const fn runs(self, runs: Runs) -> Self {
        Self { runs, ..self }
    }

    pub(super) const fn ends_on_signal(self) -> Self {
        Self { ends_on_signal: true, ..self }
    }

    pub(super) const fn rule(self, rule: Rule) -> Self {
        Self { runs: Runs::Rule(rule), ..self }
    }

    pub(super) const fn instant(self) -> Self {
        self.runs(Runs::Instant)
    }

    pub(super) const fn says(self, says: Says) -> Self {
        Self { says, ..self }
    }

    pub(super) const fn tells(self, tells: Tells) -> Self {
        Self { tells: Some(tells), ..self }
    }

    pub(super) const fn prints(self, prints: Prints) -> Self {
        Self { prints, ..self }
    }

    pub(super) const fn makes_no_files(self) -> Self {
        Self { makes_files: false, ..self }
    }

    pub(super) const fn values(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }

    pub(super) const fn needs(self, least_operands: usize, instead: &'static [&'static str]) -> Self {
        Self { least_operands, instead, ..self }
    }

    pub(super) const fn strays(self, strays: Strays) -> Self {
        Self { strays, ..self }
    }

    pub(super) const fn greets(self, words: &'static [&'static str]) -> Self {
        Self { greets: Some(words), ..self }
    }

    pub(super) const fn files(self, files: OnFiles) -> Self {
        Self { files, ..self }
    }

    pub(super) const fn http(self, http: &'static Http) -> Self {
        Self { http: Some(http), ..self }
    }

    pub(super) const fn asks_again(self, asks_again: AsksAgain) -> Self {
        Self { asks_again, ..self }
    }

    pub(super) const fn asks(self, asks: Asks) -> Self {
        Self { asks: Some(asks), ..self }
    }

    pub(super) const fn uses(self, uses: &'static [Use]) -> Self {
        Self { uses, ..self }
    }

    pub(super) const fn second(self, second: &'static [SecondRun]) -> Self {
        Self { second, ..self }
    }

    pub(super) const fn gives_way(self, gives_way: GivesWay) -> Self {
        Self { gives_way: Some(gives_way), ..self }
    }

    pub(super) const fn client(self, client: &'static Client) -> Self {
        Self { client: Some(client), ..self }
    }
}

/// A second run in which nothing is special.
pub(crate) const SECOND: SecondRun = SecondRun {
    form: Form::Always,
    values: &[],
    with: &[],
    safe: &[],
    target: Target::Server,
    harm: Harm::Fails,
    reason: "",
    mend: "{cmd} || true",
    mend_is_safe: false,
    undo: &[],
};

/// For commands whose effect cannot be looked up: remember that it was done.
pub(crate) const ONCE: &str = "[ -e {marker} ] || { {cmd} && touch {marker}; }";

/// Tells the server to stop and returns.
pub(super) const fn stops(arguments: &'static [&'static str], manner: Manner) -> Use {
    Use { arguments, at_once: true, stop: Some(manner), cuts: None }
}

/// Tells the server to stop and waits for it.
pub(super) const fn stops_and_waits(arguments: &'static [&'static str], manner: Manner) -> Use {
    Use { arguments, at_once: false, stop: Some(manner), cuts: None }
}

/// Requests are lost; one word of the call asks for an orderly stop.
pub(super) const fn requests(word: &'static str, instead: &'static str) -> Cuts {
    Cuts { loses: "requests that are being answered are cut off", instead: Some((word, instead)) }
}

/// Only talks to the server, and returns at once.
pub(super) const fn talks(arguments: &'static [&'static str]) -> Use {
    Use { arguments, at_once: true, stop: None, cuts: None }
}
