//! Schedules, held to what others make of them (`testdata/_schedules/`).

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::zone::Zone;
use super::{Every, Schedule};

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

#[test]
fn it_is_taken_or_refused_as_an_api_server_does_in_its_words() {
    const ZONE: &str = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
    let answers = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/_schedules/api-server.tsv"));
    for row in rows(answers) {
        let schedule: String = serde_json::from_str(row[0]).unwrap();
        let refused = Schedule::parse(&schedule).err().map(|refusal| refusal.to_string());
        let zone = schedule.contains("TZ").then(|| ZONE.to_owned());
        let words: Vec<String> = refused.into_iter().chain(zone).collect();
        let answer = if words.is_empty() { "accepted".to_owned() } else { words.join(" | ") };
        assert_eq!(answer.replace('\t', "\\t"), row[1], "{schedule:?}");
    }
}

#[test]
fn the_shortest_time_between_two_starts_is_that_of_the_controller() {
    let starts = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/_schedules/starts.tsv"));
    for row in rows(starts) {
        let [schedule, zone, shortest, longest] = row[..] else { panic!("{row:?}") };
        let (parsed, none) = Schedule::parse(schedule).unwrap();
        assert_eq!(none, None);
        let gap = parsed.shortest_gap(&Zone::find(zone).unwrap());
        let seconds = gap.map_or(0, |gap| gap.seconds);
        assert_eq!(seconds.to_string(), shortest, "{schedule} {zone}");
        let is_regular = gap.is_none_or(|gap| gap.is_regular);
        assert_eq!(is_regular, shortest == longest, "{schedule} {zone}");
        assert_eq!(parsed.never_starts(), longest == "0", "{schedule} {zone}");
    }
}

#[test]
fn a_zone_is_known_by_its_name_in_its_letters() {
    for name in ["UTC", "Etc/UTC", "EST", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"] {
        assert!(Zone::find(name).is_some(), "{name}");
    }
    for name in ["utc", "europe/berlin", "Europe/Nope", "", "Local", "Etc/Unknown", "+01:00"] {
        assert_eq!(Zone::find(name), None, "{name}");
    }
    assert!(Zone::is_of_machine("posix/Europe/Berlin") && Zone::is_of_machine("localtime"));
    assert!(!Zone::is_of_machine("posix/Europe/Nope") && !Zone::is_of_machine("UTC"));
    assert_eq!(Zone::spelt("europe/berlin").as_deref(), Some("Europe/Berlin"));
    assert_eq!(Zone::spelt("Europe/Nope"), None);
}

#[test]
fn a_schedule_may_name_its_own_zone() {
    let (_, zone) = Schedule::parse("CRON_TZ=Asia/Tokyo 30 4 * * *").unwrap();
    assert_eq!(zone, Zone::find("Asia/Tokyo"));
    assert_eq!(Schedule::parse("TZ= 0 0 * * *").unwrap().1, Some(Zone::UTC));
}

#[test]
fn every_counts_in_whole_seconds_and_makes_one_job_a_minute() {
    for (schedule, seconds, between) in [
        ("@every 5m", 300, 300),
        ("@every 1h30m", 5_400, 5_400),
        ("@every 1.5h", 5_400, 5_400),
        ("@every 90.9s", 90, 90),
        ("@every 45s", 45, 45),
        ("@every 20s", 20, 60),
        ("@every 1ms", 1, 60),
        ("@every -5m", 1, 60),
        ("@every 0", 1, 60),
    ] {
        let (parsed, _) = Schedule::parse(schedule).unwrap();
        let Schedule::Every(every @ Every { .. }) = parsed else { panic!("{schedule}") };
        assert_eq!(every.seconds(), seconds, "{schedule}");
        assert_eq!(parsed.shortest_gap(&Zone::UTC).map(|gap| gap.seconds), Some(between), "{schedule}");
        assert!(!parsed.never_starts());
    }
}
