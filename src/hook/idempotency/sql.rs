//! Statements in SQL and in the language of mongo shells that a second run repeats.

use super::call::Call;
use super::rows::{MONGO_CREATE, MONGO_INSERT, SQL_CREATE, SQL_INSERT};
use crate::programs::{self, Brand, Client, Language, OnFailure, SecondRun};
use crate::shell::Value;

/// A statement that a second run repeats.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    /// What it does.
    pub(super) row: SecondRun,
    /// The statement as the client gets it.
    pub(super) text: String,
    /// Its failing makes the client fail.
    pub(super) reaches: bool,
}

/// The client a call starts, if it is one.
pub(super) fn client(call: &Call<'_>) -> Option<&'static Client> {
    programs::find(call.name)?.client
}

/// The statements of a call, from its options and from standard input, that a second run repeats.
pub(super) fn repeats(client: &Client, call: &Call<'_>, input: Option<&str>) -> Vec<Statement> {
    let mut given: Vec<Value> = call.values_of(client.statement, client.values);
    let operands = call.operands(client.values);
    given.extend(client.operand.and_then(|at| operands.get(at)).map(|arg| arg.value.clone()));
    let forced = client.brand == Brand::MySql && call.has(&["-f", "--force"], client.values);
    let count = given.len();
    let mut found = Vec::new();
    for (at, value) in given.iter().enumerate() {
        // psql goes on after a failing `-c`, and its exit status is that of the last one.
        let last = at + 1 == count;
        let reaches = last && !forced && reaches(client.from_option, call);
        found.extend(read(client, &value.readable(), reaches));
    }
    if let (0, Some(input)) = (count, input) {
        found.extend(read(client, input, !forced && reaches(client.from_input, call)));
    }
    found
}

/// The call names a statement among its words.
pub(super) fn has_statement(client: &Client, call: &Call<'_>) -> bool {
    !call.values_of(client.statement, client.values).is_empty()
        || client.operand.is_some_and(|at| call.operands(client.values).len() > at)
}

/// The file that a database without a server is kept in.
pub(super) fn database_file(client: &Client, call: &Call<'_>) -> Option<Value> {
    (client.brand == Brand::Sqlite)
        .then(|| call.operands(client.values).first().map(|arg| arg.value.clone()))
        .flatten()
}

fn read(client: &Client, text: &str, reaches: bool) -> Vec<Statement> {
    let rows = match client.language {
        Language::Mongo => mongo(text),
        language => sql(text, language),
    };
    rows.into_iter().map(|(row, text)| Statement { row, text, reaches }).collect()
}

fn reaches(status: OnFailure, call: &Call<'_>) -> bool {
    match status {
        OnFailure::Fails => true,
        OnFailure::Ignores => false,
        OnFailure::IgnoresUnless(text) => call.args.iter().any(|arg| arg.value.text.contains(text)),
    }
}

/// What makes an `INSERT` safe.
const INSERT_GUARDS: &[&str] = &[
    "ON CONFLICT",
    "ON DUPLICATE KEY",
    "INSERT IGNORE",
    "INSERT OR IGNORE",
    "INSERT OR REPLACE",
    "NOT EXISTS",
    "NOT IN",
    "EXCEPT",
];

/// What makes a `CREATE` safe, or local to the session.
const CREATE_GUARDS: &[&str] = &[
    "IF NOT EXISTS",
    "OR REPLACE",
    "OR ALTER",
    "CREATE TEMP",
    "CREATE TEMPORARY",
    "CREATE GLOBAL TEMPORARY",
];

/// Kinds of thing that `CREATE` makes; what is not one of them is not judged.
const KINDS: &[&str] = &[
    "TABLE",
    "DATABASE",
    "SCHEMA",
    "USER",
    "ROLE",
    "INDEX",
    "VIEW",
    "SEQUENCE",
    "TYPE",
    "FUNCTION",
    "PROCEDURE",
    "TRIGGER",
    "EXTENSION",
    "KEYSPACE",
    "LOGIN",
    "DOMAIN",
    "TABLESPACE",
    "PUBLICATION",
    "SUBSCRIPTION",
    "EVENT",
    "SERVER",
    "POLICY",
    "LANGUAGE",
];

fn sql(text: &str, language: Language) -> Vec<(SecondRun, String)> {
    // Bodies in dollar quotes and procedural blocks guard themselves in ways not read here.
    if text.contains("$$") {
        return Vec::new();
    }
    let statements: Vec<(String, String)> = split(&without_client_commands(text))
        .into_iter()
        .map(|statement| (plain_words(&statement), statement))
        .collect();
    let removed = |name: &str| {
        statements.iter().any(|(words, _)| {
            (words.starts_with("DROP ")
                || words.starts_with("DELETE FROM ")
                || words.starts_with("TRUNCATE "))
                && words.split(' ').any(|word| word == name)
        })
    };
    let mut found = Vec::new();
    for (words, statement) in &statements {
        let clean = |guards: &[&str]| guards.iter().any(|guard| words.contains(guard));
        if words.starts_with("CREATE ") && !clean(CREATE_GUARDS) {
            if object_name(words).is_some_and(|name| !removed(name)) {
                found.push((SQL_CREATE, statement.clone()));
            }
        } else if words.starts_with("INSERT ")
            && language == Language::Sql
            && !clean(INSERT_GUARDS)
            && !words.split(' ').nth(2).is_some_and(removed)
        {
            found.push((SQL_INSERT, statement.clone()));
        }
    }
    found
}

/// The text without lines such as psql's `\c db`, with sqlcmd's `GO` as the end of a statement.
fn without_client_commands(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('\\'));
    let lines = lines.map(|line| if line.trim().eq_ignore_ascii_case("go") { ";" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

/// The name that a `CREATE` makes: the word behind the kind.
fn object_name(words: &str) -> Option<&str> {
    let mut words = words.split(' ').skip(1).take(6);
    words.find(|word| KINDS.contains(word))?;
    words.next()
}

/// Splits at semicolons that stand outside quotes and comments.
fn split(text: &str) -> Vec<String> {
    let mut statements = vec![String::new()];
    let mut quote: Option<char> = None;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let last = statements.len() - 1;
        let Some(statement) = statements.get_mut(last) else { break };
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '-') if letters.peek() == Some(&'-') => {
                while letters.next_if(|c| *c != '\n').is_some() {}
                continue;
            }
            (None, ';') => {
                statements.push(String::new());
                continue;
            }
            _ => {}
        }
        statement.push(c);
    }
    statements.iter().map(|statement| statement.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

/// The statement in upper case with single blanks, brackets apart and quotes taken off names.
fn plain_words(statement: &str) -> String {
    let spaced: String = statement
        .chars()
        .flat_map(|c| match c {
            '(' | ')' | ',' => vec![' ', c, ' '],
            '`' | '"' | '[' | ']' => vec![],
            c => c.to_uppercase().collect(),
        })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Calls that fail when it was done before.
const MONGO_FAILS: &[&str] = &["createUser(", "createRole(", "createCollection(", "rs.initiate("];
/// Calls that add documents.
const MONGO_ADDS: &[&str] = &[".insert(", ".insertOne(", ".insertMany("];
/// Signs that the script looks before it acts, or takes failing into account.
const MONGO_GUARDS: &[&str] = &[
    "if(",
    "if (",
    "try{",
    "try {",
    "catch",
    "upsert",
    "||",
    "&&",
    " ? ",
    "dropUser",
    ".drop(",
    "dropDatabase",
    "deleteMany",
    "deleteOne",
    ".remove(",
    "getUser",
    "findOne",
    "countDocuments",
];

fn mongo(text: &str) -> Vec<(SecondRun, String)> {
    let has = |list: &[&str]| list.iter().any(|word| text.contains(word));
    if has(MONGO_GUARDS) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if has(MONGO_FAILS) {
        found.push((MONGO_CREATE, text.trim().to_owned()));
    }
    if has(MONGO_ADDS) {
        found.push((MONGO_INSERT, text.trim().to_owned()));
    }
    found
}

/// What a mend writes to an `INSERT`, so that a row that is there is skipped.
pub(super) const SKIPS: [&str; 3] = ["INSERT IGNORE", "INSERT OR IGNORE", "ON CONFLICT DO NOTHING"];

/// The call's words with the statement made safe, when it can be said in the same language.
pub(super) fn mended(written: &str, statement: &Statement, client: &Client) -> Option<String> {
    let has_guard =
        |kind: &str| client.brand != Brand::Postgres || !matches!(kind, "DATABASE" | "USER" | "ROLE");
    let words: Vec<&str> = statement.text.split_whitespace().take(3).collect();
    let upper: Vec<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
    match (upper.first().map(String::as_str), upper.get(1)) {
        (Some("CREATE"), Some(kind)) if KINDS.contains(&kind.as_str()) && has_guard(kind) => {
            let head = format!("{} {}", words.first()?, words.get(1)?);
            written.contains(&head).then(|| written.replacen(&head, &format!("{head} IF NOT EXISTS"), 1))
        }
        (Some("INSERT"), _) if client.brand == Brand::MySql => {
            let head = words.first()?;
            written.contains(head).then(|| written.replacen(head, &format!("{head} IGNORE"), 1))
        }
        (Some("INSERT"), _) if client.brand == Brand::Sqlite => {
            let head = words.first()?;
            written.contains(head).then(|| written.replacen(head, &format!("{head} OR IGNORE"), 1))
        }
        (Some("INSERT"), _) if client.brand == Brand::Postgres && written.contains(&statement.text) => {
            Some(written.replacen(&statement.text, &format!("{} ON CONFLICT DO NOTHING", statement.text), 1))
        }
        _ => None,
    }
}
