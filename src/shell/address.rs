//! Addresses of servers: `http://user@host:port/path`, also without the scheme.

/// An address in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address<'t> {
    /// A name or an address, without brackets.
    pub(crate) host: &'t str,
    /// Digits, when a port is said.
    pub(crate) port: Option<&'t str>,
    /// What stands behind host and port, its first `/`, `?` or `#` included.
    pub(crate) rest: &'t str,
}

impl<'t> Address<'t> {
    /// Reads a text.
    pub(crate) fn of(text: &'t str) -> Self {
        let behind = text.split_once("://").map_or(text, |(_, behind)| behind);
        let (authority, rest) = behind.split_at(behind.find(['/', '?', '#']).unwrap_or(behind.len()));
        let server = authority.rsplit_once('@').map_or(authority, |(_, server)| server);
        let (host, port) = match server.rsplit_once(':') {
            Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                (host, Some(port))
            }
            _ => (server, None),
        };
        Self { host: host.trim_matches(['[', ']']), port, rest }
    }

    /// The last step of the path.
    pub(super) fn last_step(&self) -> Option<&'t str> {
        let path = self.rest.split(['?', '#']).next()?.strip_prefix('/')?;
        path.trim_end_matches('/').rsplit('/').next()
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_read_in_its_parts() {
        for (text, host, port, rest) in [
            ("http://localhost:80/a/b?c", "localhost", Some("80"), "/a/b?c"),
            ("localhost/a", "localhost", None, "/a"),
            ("https://user:secret@host", "host", None, ""),
            ("http://[::1]:90/", "::1", Some("90"), "/"),
            ("http://[::1]#x", "::1", None, "#x"),
            ("", "", None, ""),
        ] {
            assert_eq!(Address::of(text), Address { host, port, rest }, "{text}");
        }
        assert_eq!(Address::of("h:1/a/quit/?x").last_step(), Some("quit"));
        assert_eq!(Address::of("h?quit").last_step(), None);
    }
}
