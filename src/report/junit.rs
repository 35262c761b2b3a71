//! JUnit XML: a test suite for each file, a test case for each finding.

use crate::report::shared::line;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Xml, TestCase, TestCaseStatus, TestSuite, XmlString};

use crate::finding::{Finding, Report, Skipped, SourceId, Suppressed, Trouble};
use crate::report::shared::spot::{self, Spot};
use crate::text::escape;

/// Writes the whole report.
pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut cases: BTreeMap<Cow<'_, str>, Vec<TestCase>> = BTreeMap::new();
    for (index, source) in report.sources.iter().enumerate() {
        if !report.context.contains(&SourceId(index)) {
            cases.entry(escape::line(source.name())).or_default();
        }
    }
    let place = |finding: &Finding| report.source(finding.place.source).map_or("", |source| source.name());
    for finding in &report.findings {
        cases.entry(escape::line(place(finding))).or_default().push(failure(report, finding));
    }
    for one in &report.suppressed {
        cases.entry(escape::line(place(&one.finding))).or_default().push(suppressed(report, one));
    }
    for one in &report.trouble {
        cases.entry(escape::line(&one.file)).or_default().push(trouble(one));
    }
    let not_linted = report.not_linted();
    for one in &not_linted {
        cases.entry(escape::line(&one.file)).or_default().push(skipped(one));
    }
    let mut xml = Xml::new("kubectl lifecycle");
    for (file, cases) in cases {
        // The library cleans each text character by character: this one once for all cases.
        let name = XmlString::new(&*file);
        let mut suite = TestSuite::new(name.clone());
        if cases.is_empty() {
            suite.add_test_case(TestCase::new("no lifecycle faults", TestCaseStatus::success()));
        }
        suite.add_test_cases(cases);
        suite.test_cases.iter_mut().for_each(|case| {
            case.set_classname(name.clone());
        });
        xml.add_test_suite(suite);
    }
    let text = xml.to_string().map_err(io::Error::other)?;
    out.write_all(without_total(&text, xml.skipped).as_bytes())
}

/// The root counts no skipped tests in Jenkins' schema, and Jenkins refuses a report that does.
fn without_total(xml: &str, skipped: usize) -> String {
    xml.replacen(&format!(" skipped=\"{skipped}\""), "", 1)
}

fn failure(report: &Report, finding: &Finding) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(finding.severity.as_str());
    status.set_message(&*escape::line(&finding.message));
    let parts = [&finding.why, &finding.help.text].into_iter().filter(|part| !part.is_empty());
    let mut text = vec![line::finding(report, finding)];
    text.extend(parts.map(|part| escape::line(part).into_owned()));
    for snippet in &finding.help.snippets {
        let label = snippet.label();
        text.extend((!label.is_empty()).then(|| escape::line(&label).into_owned()));
        text.push(escape::block(&snippet.indented()).into_owned());
    }
    status.set_description(text.join("\n\n"));
    TestCase::new(name(report, finding), status)
}

/// `latest-tag at 12:18 (Deployment web, container app)`: unique in its file, as far as findings are.
fn name(report: &Report, finding: &Finding) -> String {
    let spot = Spot::of(report, &finding.place);
    let object = &finding.object;
    let container =
        finding.container.as_deref().map(|name| format!(", container {name}")).unwrap_or_default();
    let about = format!("{} {}{container}", object.kind, object.name);
    let at = spot.start;
    format!("{} at {}:{} ({})", finding.rule, at.line, at.column, escape::line(about.trim()))
}

fn suppressed(report: &Report, one: &Suppressed) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_type("suppressed");
    status.set_message(line::why(report, one));
    status.set_description(line::finding(report, &one.finding));
    TestCase::new(name(report, &one.finding), status)
}

fn trouble(one: &Trouble) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("trouble");
    status.set_message(&*escape::line(&one.message));
    status.set_description(line::trouble(one));
    TestCase::new(format!("can be read: {}", spot::trouble(one)), status)
}

fn skipped(one: &Skipped) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_type("skipped");
    status.set_message(&*escape::line(&one.reason));
    TestCase::new("is linted", status)
}
