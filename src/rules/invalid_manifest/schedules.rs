//! How a schedule that is refused is said and mended.

use crate::edit::{Content, Operation};
use crate::kubernetes::schedule::{
    DESCRIPTORS, FieldFault, FieldName, Refusal, Schedule, split_zone, zone::Zone,
};
use crate::rules::subject::Subject;
use crate::rules::verdict::{Mend, Words};
use crate::text::nearest;
use crate::yaml::path::FieldPath;

/// A schedule that is none.
pub(super) fn words(schedule: &str) -> Words {
    let Err(refusal) = Schedule::parse(schedule) else {
        return Words::new(format!("`{schedule}` is no schedule"), "The API server refuses it.");
    };
    let what = match &refusal {
        Refusal::Fields { found } => format!("it has {} fields, and a schedule has five", found.len()),
        Refusal::Descriptor { name } => format!("nothing is called `{name}`"),
        Refusal::Duration { .. } => "what stands behind `@every` is no duration".to_owned(),
        Refusal::Field { field, fault } => of_field(*field, fault),
        Refusal::Zone { name } => format!("no time zone is called `{name}`"),
        Refusal::OnlyZone => "nothing stands behind its time zone".to_owned(),
    };
    Words::new(format!("`{schedule}` is no schedule: {what}"), format!("The API server says: {refusal}."))
}

fn of_field(field: FieldName, fault: &FieldFault) -> String {
    let (noun, (least, most)) = (field.noun(), field.bounds());
    match fault {
        FieldFault::NoNumber { text } | FieldFault::TooLong { text } | FieldFault::Negative { text, .. } => {
            match text.as_str() {
                "" => format!("a number is missing in the {noun}"),
                _ => format!("`{text}` is no {noun}"),
            }
        }
        FieldFault::Below { number, .. } | FieldFault::Above { number, .. } => {
            format!("there is no {noun} {number}, but {least} to {most}")
        }
        FieldFault::Backwards { range, .. } => {
            format!("the range `{range}` of the {noun} ends before it begins")
        }
        FieldFault::NoStep { range } => format!("the step of `{range}` is 0"),
        FieldFault::Hyphens { range } => format!("`{range}` has more than one hyphen"),
        FieldFault::Slashes { range } => format!("`{range}` has more than one slash"),
    }
}

pub(super) fn mend(path: &FieldPath, schedule: &str) -> Mend {
    if let Some(meant) = meant(schedule) {
        let set = Operation::set(path.clone(), Content::Text(meant.clone()));
        return Mend::guess(format!("Write `{meant}`, if that is what is meant."), vec![set]);
    }
    match Schedule::parse(schedule) {
        Err(Refusal::Field { field, .. }) => {
            let (noun, (least, most)) = (field.noun(), field.bounds());
            let first = if field == FieldName::Weekday { ", of which 0 is Sunday" } else { "" };
            Mend::prose(format!(
                "Write a {noun} from {least} to {most}{first}, several with commas between them, a range such as `{least}-{}`, or \
                 `*`, each with a step behind a `/` if it has one. `L`, `W` and `#` are unknown here.",
                least + 1
            ))
        }
        _ => Mend::prose(
            "Write five fields: minute, hour, day of the month, month and weekday; or one of @hourly, @daily, @weekly, @monthly and \
             @yearly, or `@every` with a duration such as 1h30m.",
        ),
    }
}

/// The schedule that was probably meant: without quotes and blanks around it, without seconds that are 0, with the
/// names of days and months in three letters, and with 0 for a Sunday that is 7.
fn meant(schedule: &str) -> Option<String> {
    let bare = schedule.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`'));
    let takes = |text: &String| text != schedule && Schedule::parse(text).is_ok();
    let days = bare.strip_prefix("@every ").and_then(|days| days.strip_suffix('d')?.parse::<u32>().ok());
    if let Some(days) = days {
        return Some(format!("@every {}h", u64::from(days) * 24)).filter(takes);
    }
    if bare.starts_with('@') {
        let known = || DESCRIPTORS.iter().map(|(name, _)| *name);
        let lower = Some(bare.to_lowercase()).filter(takes);
        return lower.or_else(|| nearest::of(bare, known()).map(str::to_owned).filter(takes));
    }
    let mut fields: Vec<&str> = bare.split_whitespace().take_while(|field| !field.starts_with('#')).collect();
    if let [first, rest @ ..] = fields.as_slice()
        && rest.len() == 5
        && *first == "0"
    {
        fields = rest.to_vec();
    }
    let mended = fields.iter().zip(FieldName::ALL).map(|(field, of)| {
        let names = of.names();
        // The first three letters of a name that has more.
        let short = |word: &str| {
            let name = word.get(..3).filter(|short| names.contains(&short.to_lowercase().as_str()));
            name.filter(|_| word.chars().all(char::is_alphabetic)).unwrap_or(word).to_owned()
        };
        let other = |item: &str| match (of, item) {
            (FieldName::Weekday, "0-7" | "1-7") => "*".to_owned(),
            (FieldName::Weekday, "7") => "0".to_owned(),
            _ => item.split('-').map(short).collect::<Vec<_>>().join("-"),
        };
        let items = field.split(',').map(|item| backwards(item, of).unwrap_or_else(|| other(item)));
        items.collect::<Vec<_>>().join(",")
    });
    Some(mended.collect::<Vec<_>>().join(" ")).filter(|_| fields.len() == 5).filter(takes)
}

/// A range that goes over the end, such as `22-6` of hours, in two.
fn backwards(item: &str, field: FieldName) -> Option<String> {
    let (start, end) = item.split_once('-')?;
    let (from, to) = (field.number(start).ok()?, field.number(end).ok()?);
    let (least, most) = field.bounds();
    (from > to && from <= most).then(|| format!("{start}-{most},{least}-{end}"))
}

/// A schedule that holds a time zone, which has a field of its own (fact K48).
pub(super) fn zone_words(schedule: &str) -> Words {
    let named = split_zone(schedule).map(|(name, _)| format!(" (`{name}`)")).unwrap_or_default();
    Words::new(
        format!("a schedule may not hold its time zone{named}"),
        "The API server says: cannot use TZ or CRON_TZ in schedule, use timeZone field instead.",
    )
}

pub(super) fn mend_zone(subject: &Subject<'_>, path: &FieldPath, schedule: &str) -> Mend {
    const MOVE: &str = "Write the time zone into the field `timeZone`.";
    let zone = FieldPath::of("spec.timeZone");
    let parts = split_zone(schedule).and_then(|(name, rest)| Some((name, rest?.trim())));
    let parts = parts.filter(|(name, rest)| Zone::find(name).is_some() && Schedule::parse(rest).is_ok());
    match parts {
        Some((name, rest)) if subject.object.at(&zone).is_none() => Mend::safe(
            MOVE,
            vec![
                Operation::set(path.clone(), Content::Text(rest.to_owned())),
                Operation::set(zone, Content::Text(name.to_owned())),
            ],
        ),
        Some((_, rest)) => Mend::guess(
            "Leave it out: the field `timeZone` is there.",
            vec![Operation::set(path.clone(), Content::Text(rest.to_owned()))],
        ),
        None => Mend::prose(MOVE),
    }
}

/// A time zone that nobody knows.
pub(super) fn time_zone_words(name: &str) -> Words {
    const KNOWN: &str =
        "The names are those of the IANA database, in its letters: Europe/Berlin, America/New_York, Etc/UTC.";
    match name {
        "" => Words::new(
            "`timeZone` may not be empty",
            format!("The API server says: timeZone must be nil or non-empty string. {KNOWN}"),
        ),
        _ if name.eq_ignore_ascii_case("local") => Words::new(
            format!("`{name}` is no time zone"),
            format!("The API server says: timeZone must be an explicit time zone. {KNOWN}"),
        ),
        _ => Words::new(
            format!("no time zone is called `{name}`"),
            format!("The API server says: unknown time zone {name}. {KNOWN}"),
        ),
    }
}

pub(super) fn mend_time_zone(path: &FieldPath, name: &str) -> Mend {
    match Zone::spelt(name) {
        Some(right) => {
            Mend::safe(format!("Write {right}."), vec![Operation::set(path.clone(), Content::Text(right))])
        }
        None if name.is_empty() => Mend::guess(
            "Remove it: without it times are those of the controller manager, mostly UTC.",
            vec![Operation::Remove { path: path.clone() }],
        ),
        None => Mend::prose("Name a time zone of the IANA database, such as Etc/UTC or Europe/Berlin."),
    }
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_schedule_of_another_system_tells_what_is_meant() {
        for (schedule, right) in [
            ("0 0 * * 7", "0 0 * * 0"),
            ("0 0 * * 1,7", "0 0 * * 1,0"),
            ("0 0 * * 1-7", "0 0 * * *"),
            ("0 0 * * Monday", "0 0 * * Mon"),
            ("0 0 * January-march *", "0 0 * Jan-mar *"),
            ("0 0 12 * * ?", "0 12 * * ?"),
            ("\"0 0 * * *\"", "0 0 * * *"),
            ("0 0 * * * # daily", "0 0 * * *"),
            ("@HOURLY", "@hourly"),
            ("@hourly ", "@hourly"),
            ("@dayly", "@daily"),
            ("@every 2d", "@every 48h"),
            ("0 22-6 * * *", "0 22-23,0-6 * * *"),
            ("0 0 * * fri-mon", "0 0 * * fri-6,0-mon"),
        ] {
            assert_eq!(meant(schedule).as_deref(), Some(right), "{schedule}");
        }
        for schedule in [
            "0 0 L * *",
            "@reboot",
            "60 * * * *",
            "* * * *",
            "30 0 0 * * *",
            "every 5 minutes",
            "0 0 * * 5-7",
        ] {
            assert_eq!(meant(schedule), None, "{schedule}");
        }
    }
}
