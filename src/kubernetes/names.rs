//! The forms that Kubernetes demands of names and keys, each as apimachinery checks it: pkg/util/validation and
//! pkg/api/validate/content.

/// The form of a name.
#[derive(Debug)]
pub(crate) struct Grammar {
    /// What is allowed, to follow on "takes only".
    pub allows: &'static str,
    flaw: fn(&str) -> Option<&'static str>,
    /// How another text is made one: none where its letters are meant as they are.
    mends: bool,
}

impl PartialEq for Grammar {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Grammar {
    /// What is wrong with a text, to follow on "this one"; `None` where nothing is.
    pub(crate) fn flaw(&self, text: &str) -> Option<&'static str> {
        (self.flaw)(text)
    }

    /// The name that was probably meant by a text that is none: in small letters, with hyphens for what else
    /// stands between them. `None` where that is no name either.
    pub(crate) fn meant(&self, text: &str) -> Option<String> {
        if !self.mends {
            return None;
        }
        let small = text.trim().to_ascii_lowercase();
        let mut name = String::with_capacity(small.len());
        for c in small.chars() {
            match c {
                'a'..='z' | '0'..='9' => name.push(c),
                '.' if self.flaw("a.b").is_none() => name.push(c),
                _ if name.ends_with('-') => {}
                _ => name.push('-'),
            }
        }
        let name = name.trim_matches(['-', '.']);
        (self.flaw(name).is_none() && name != text).then(|| name.to_owned())
    }
}

const fn grammar(allows: &'static str, flaw: fn(&str) -> Option<&'static str>, mends: bool) -> Grammar {
    Grammar { allows, flaw, mends }
}

/// A label as in host names: `IsDNS1123Label`.
pub(crate) static DNS_LABEL: Grammar = grammar(
    "up to 63 small letters, digits and hyphens, with a letter or digit at both ends",
    dns_label,
    true,
);

/// Labels with dots between them: `IsDNS1123Subdomain`.
pub(crate) static DNS_SUBDOMAIN: Grammar = grammar(
    "up to 253 small letters, digits, hyphens and dots, with a letter or digit at both ends of each part",
    dns_subdomain,
    true,
);

/// The name of a port: `IsValidPortName` (fact K7).
pub(crate) static PORT_NAME: Grammar = grammar(
    "up to 15 small letters, digits and single hyphens, with at least one letter and no hyphen at its ends",
    port_name,
    true,
);

/// The key of a label, or what is called like one: `IsQualifiedName`.
pub(crate) static QUALIFIED_NAME: Grammar = grammar(
    "up to 63 letters, digits and `-`, `_` or `.` between them, and in front of it a domain and a `/`, if anything",
    qualified_name,
    false,
);

/// The key of an annotation, in letters of any case: `ValidateAnnotations` makes them small before it looks.
pub(crate) static ANNOTATION_KEY: Grammar = grammar(
    "up to 63 letters, digits and `-`, `_` or `.` between them, and in front of it a domain and a `/`, if anything",
    |text| qualified_name(&text.to_lowercase()),
    false,
);

/// The value of a label: `IsValidLabelValue`.
pub(crate) static LABEL_VALUE: Grammar = grammar(
    "up to 63 letters, digits and `-`, `_` or `.` between them, or nothing",
    |text| if text.is_empty() { None } else { name_part(text) },
    false,
);

/// The name of a variable: `IsRelaxedEnvVarName`, on since 1.34.
pub(crate) static RELAXED_ENV_NAME: Grammar = grammar(
    "printable ASCII characters other than `=`",
    |text| match text {
        "" => Some("is empty"),
        _ if text.contains('=') => Some("has a `=` in it"),
        _ if !text.chars().all(|c| (' '..='~').contains(&c)) => {
            Some("has a character in it that is none of these")
        }
        _ => None,
    },
    false,
);

/// The name of a variable as every version takes it: `IsEnvVarName`.
pub(crate) static ENV_NAME: Grammar = grammar(
    "letters, digits, `_`, `-` and `.`, and no digit in front",
    |text| match text {
        "" => Some("is empty"),
        _ if text.starts_with(|c: char| c.is_ascii_digit()) => Some("begins with a digit"),
        _ if !text.chars().all(is_key_part) => Some("has another character in it"),
        _ => dots(text),
    },
    false,
);

/// The key of a ConfigMap or Secret: `IsConfigMapKey`.
pub(crate) static CONFIG_KEY: Grammar = grammar(
    "up to 253 letters, digits, `-`, `_` and `.`",
    |text| match text {
        "" => Some("is empty"),
        _ if text.len() > 253 => Some("is longer"),
        _ if !text.chars().all(is_key_part) => Some("has another character in it"),
        _ => dots(text),
    },
    false,
);

/// A domain with a path behind it: `IsDomainPrefixedPath`.
pub(crate) static DOMAIN_PATH: Grammar = grammar(
    "a domain, a `/` and a path, as in `example.com/controller`",
    |text| match text.split_once('/') {
        None => Some("has no `/`"),
        Some(("", _)) => Some("has nothing in front of the `/`"),
        Some((_, "")) => Some("has nothing behind the `/`"),
        Some((domain, _)) if dns_subdomain(domain).is_some() => Some("has no domain in front of the `/`"),
        Some((_, path))
            if !path.chars().all(|c| c.is_ascii_alphanumeric() || "/-._~%!$&'()*+,;=:".contains(c)) =>
        {
            Some("has another character in its path")
        }
        Some(_) => None,
    },
    false,
);

/// The name of a header: `IsHTTPHeaderName`.
pub(crate) static HTTP_HEADER: Grammar = grammar(
    "letters, digits and hyphens",
    |text| match text {
        "" => Some("is empty"),
        _ if !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
            Some("has another character in it")
        }
        _ => None,
    },
    false,
);

/// A share: `IsValidPercent`.
pub(crate) static PERCENTAGE: Grammar = grammar(
    "digits and a `%` behind them",
    |text| match text.strip_suffix('%') {
        None => Some("has no `%` at its end"),
        Some(digits) if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some("has something else than digits in front of the `%`")
        }
        Some(_) => None,
    },
    false,
);

/// A path inside a volume: `validateLocalDescendingPath` in pkg/apis/core/validation.
pub(crate) static DESCENDING_PATH: Grammar = grammar(
    "a relative path without `..`",
    |text| match text {
        _ if text.starts_with('/') => Some("begins with a `/`"),
        _ if text.split('/').any(|part| part == "..") => Some("has a `..` in it"),
        _ => None,
    },
    false,
);

/// The path of a file that a volume is made of: `ValidateLocalNonReservedPath`.
pub(crate) static FILE_IN_VOLUME: Grammar = grammar(
    "a relative path that has no `..` in it, and does not begin with two dots",
    |text| DESCENDING_PATH.flaw(text).or_else(|| text.starts_with("..").then_some("begins with two dots")),
    false,
);

/// An address: `IsValidIP`.
pub(crate) static IP_ADDRESS: Grammar = grammar(
    "an IP address",
    |text| match text.parse::<std::net::IpAddr>() {
        Ok(_) => None,
        Err(_) => Some("is none"),
    },
    false,
);

/// A range of addresses: `IsValidCIDR`.
pub(crate) static CIDR: Grammar = grammar(
    "an IP address, a `/` and how many bits of it stand",
    |text| {
        let is_range = |(address, bits): (&str, &str)| {
            let most = match address.parse::<std::net::IpAddr>().ok()? {
                std::net::IpAddr::V4(_) => 32,
                std::net::IpAddr::V6(_) => 128,
            };
            let is_number = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
            bits.parse::<u32>().ok().filter(|bits| is_number && *bits <= most)
        };
        if text.split_once('/').and_then(is_range).is_some() { None } else { Some("is none") }
    },
    false,
);

/// What stands in the path of a request: `IsPathSegmentName`.
pub(crate) static PATH_SEGMENT: Grammar = grammar(
    "a name without `/` and `%` that is not `.` or `..`",
    |text| match text {
        "." | ".." => Some("stands for a directory"),
        _ if text.contains('/') => Some("has a `/` in it"),
        _ if text.contains('%') => Some("has a `%` in it"),
        _ => None,
    },
    false,
);

/// A domain that short names are completed with: `ValidateDNS1123SubdomainWithUnderScore`, or a dot alone.
pub(crate) static SEARCH_DOMAIN: Grammar = grammar(
    "a domain in small letters, or a dot alone",
    |text| match text {
        "." => None,
        _ => dns_subdomain(&text.strip_suffix('.').unwrap_or(text).replace('_', "a")),
    },
    false,
);

/// A path that does not lead back: `validatePathNoBacksteps`.
pub(crate) static FORWARD_PATH: Grammar = grammar(
    "a path without `..`",
    |text| text.split('/').any(|part| part == "..").then_some("has a `..` in it"),
    false,
);

fn dns_label(text: &str) -> Option<&'static str> {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if text.is_empty() {
        Some("is empty")
    } else if text.len() > 63 {
        Some("is longer")
    } else if text.chars().any(|c| c.is_ascii_uppercase()) {
        Some("has a capital letter in it")
    } else if !text.chars().all(|c| is_end(c) || c == '-') {
        Some("has another character in it")
    } else if !text.starts_with(is_end) || !text.ends_with(is_end) {
        Some("has a hyphen at an end")
    } else {
        None
    }
}

fn dns_subdomain(text: &str) -> Option<&'static str> {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_part = |part: &str| part.starts_with(is_end) && part.ends_with(is_end);
    if text.is_empty() {
        Some("is empty")
    } else if text.len() > 253 {
        Some("is longer")
    } else if text.chars().any(|c| c.is_ascii_uppercase()) {
        Some("has a capital letter in it")
    } else if !text.chars().all(|c| is_end(c) || c == '-' || c == '.') {
        Some("has another character in it")
    } else if !text.split('.').all(is_part) {
        Some("has a hyphen or a dot at the end of a part")
    } else {
        None
    }
}

fn port_name(text: &str) -> Option<&'static str> {
    let letters = |c: char| c.is_ascii_lowercase();
    if text.is_empty() {
        Some("is empty")
    } else if text.len() > 15 {
        Some("is longer")
    } else if !text.chars().all(|c| letters(c) || c.is_ascii_digit() || c == '-') {
        Some("has another character in it")
    } else if !text.chars().any(letters) {
        Some("has no letter")
    } else if text.contains("--") {
        Some("has two hyphens in a row")
    } else if text.starts_with('-') || text.ends_with('-') {
        Some("has a hyphen at an end")
    } else {
        None
    }
}

fn qualified_name(text: &str) -> Option<&'static str> {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    match prefix {
        Some("") => Some("has nothing in front of the `/`"),
        _ if name.contains('/') => Some("has two `/`"),
        Some(prefix) if dns_subdomain(prefix).is_some() => Some("has no domain in front of the `/`"),
        _ => name_part(name),
    }
}

/// The part of a label's key behind the domain, and the value of a label that is not empty.
fn name_part(text: &str) -> Option<&'static str> {
    let is_end = |c: char| c.is_ascii_alphanumeric();
    if text.is_empty() {
        Some("has no name")
    } else if text.len() > 63 {
        Some("is longer")
    } else if !text.chars().all(is_key_part) {
        Some("has another character in it")
    } else if !text.starts_with(is_end) || !text.ends_with(is_end) {
        Some("has no letter or digit at an end")
    } else {
        None
    }
}

fn is_key_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// What begins like a way to another directory.
fn dots(text: &str) -> Option<&'static str> {
    match text {
        "." => Some("is a dot alone"),
        _ if text.starts_with("..") => Some("begins with two dots"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(grammar: &Grammar, good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(grammar.flaw(text), None, "{text}");
        }
        for text in bad {
            assert!(grammar.flaw(text).is_some(), "{text}");
        }
    }

    #[test]
    fn names_of_hosts_have_small_letters_and_no_hyphen_at_an_end() {
        let (most, more) = ("a".repeat(63), "a".repeat(64));
        hold(&DNS_LABEL, &["a", "0", "a-b", "a--b", &most], &["", "A", "a_b", "-a", "a-", "a.b", " ", &more]);
        let (most, more) = ("a".repeat(253), "a".repeat(254));
        hold(
            &DNS_SUBDOMAIN,
            &["a", "a.b", "0.1", &more[1..], &most],
            &["", ".", "a..b", "a.-b", ".a", "A.b", &more],
        );
    }

    #[test]
    fn a_port_name_has_a_letter_and_no_hyphen_at_its_ends() {
        let bad = ["", "8080", "http--x", "-http", "http-", "HTTP", "http_x", "a-name-that-is-long"];
        hold(&PORT_NAME, &["http", "a", "8080-tcp", "metrics-1"], &bad);
    }

    #[test]
    fn labels_have_a_domain_if_anything_and_a_name() {
        let (most, more) = ("a".repeat(63), "a".repeat(64));
        let good = ["app", "A", "a.b_c-d", "example.com/app", &most];
        hold(&QUALIFIED_NAME, &good, &["", "/a", "a/", "A/b", "a/b/c", "-a", "a b", "a-", &more]);
        hold(&LABEL_VALUE, &["", "A", "1.0_x", &most], &["a b", "-a", "a.", "a/b", &more]);
    }

    #[test]
    fn names_of_variables_and_keys() {
        hold(&RELAXED_ENV_NAME, &["a b", "1", ".", "!"], &["", "a=b", "ä", "\n"]);
        hold(&ENV_NAME, &["A", "_a", "-a", "a.b"], &["", "1a", "a b", ".", "..a", "a="]);
        hold(&CONFIG_KEY, &["a", "1", "a.b", "_"], &["", "a b", ".", "..a", "a/b"]);
        hold(&DOMAIN_PATH, &["a.io/b", "a/b/c"], &["", "a", "/a", "a/", "A.io/b", "a.io/b c"]);
        hold(&HTTP_HEADER, &["X-A", "1"], &["", "X A", "X_A"]);
    }

    #[test]
    fn shares_paths_and_addresses() {
        hold(&PERCENTAGE, &["1%", "0%", "250%"], &["1", "%", "-1%", "1.5%", "a%"]);
        hold(&DESCENDING_PATH, &["a", "a/b", "a..b", ""], &["/a", "..", "a/../b"]);
        hold(&FORWARD_PATH, &["/a", "a..b"], &["..", "/a/../b"]);
        hold(&FILE_IN_VOLUME, &["a", "a/..b"], &["/a", "..a", "a/.."]);
        hold(&SEARCH_DOMAIN, &[".", "a.b.", "_tcp.a"], &["", "A", "a b", ".."]);
        hold(&ANNOTATION_KEY, &["A.b/c", "a"], &["a b", "/a"]);
        hold(&IP_ADDRESS, &["10.0.0.1", "::1"], &["", "10.0.0", "a"]);
    }

    #[test]
    fn a_name_is_mended_where_its_letters_leave_no_doubt() {
        assert_eq!(DNS_LABEL.meant("My_App").as_deref(), Some("my-app"));
        assert_eq!(DNS_LABEL.meant("web.v2-").as_deref(), Some("web-v2"));
        assert_eq!(DNS_SUBDOMAIN.meant("Web.V2").as_deref(), Some("web.v2"));
        assert_eq!(PORT_NAME.meant("http_metrics").as_deref(), Some("http-metrics"));
        assert_eq!(PORT_NAME.meant("8080"), None);
        assert_eq!(DNS_LABEL.meant(""), None);
        assert_eq!(LABEL_VALUE.meant("a b"), None);
    }
}
