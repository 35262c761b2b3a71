//! The words of a scalar are found in the file, however it is written there.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::{Node, documents};
use crate::text::Source;
use crate::yaml::path::FieldPath;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_of_a_scalar_are_found_in_the_file_in_every_style(
        words in prop::collection::vec("[a-zA-Z0-9é'\"$/=|&;<>.-]{1,8}", 1..8),
        style in 0usize..5,
        which in any::<prop::sample::Index>(),
    ) {
        let text = words.join(" ");
        let yaml = match style {
            0 => format!("a: '{}'\n", text.replace('\'', "''")),
            1 => format!("a: \"{}\"\n", text.replace('\\', "\\\\").replace('"', "\\\"").replace('é', "\\u00e9")),
            2 => format!("a: |\n  {}\n", words.join("\n  ")),
            3 => format!("a: >-\n    {}\n", words.join("\n    ")),
            _ => format!("a: '{}'\n", words.join("\n\n   ").replace('\'', "''")),
        };
        let source = Source::new("a.yaml", yaml);
        let documents = documents(&source, false);
        let tree = documents[0].content.as_ref().unwrap();
        let node: Node<'_> = tree.root().at(&FieldPath::of("a")).unwrap();
        let decoded = node.as_str().unwrap();
        let index = which.index(words.len());
        let start = words[..index].iter().map(|word| word.len() + 1).sum::<usize>();
        let range = start..start + words[index].len();
        prop_assert_eq!(&decoded[range.clone()], words[index].as_str());
        let written = source.slice(node.source_span(range));
        let read = match style {
            0 | 4 => written.replace("''", "'"),
            1 => written.replace("\\u00e9", "é").replace("\\\"", "\"").replace("\\\\", "\\"),
            _ => written.to_owned(),
        };
        prop_assert_eq!(read, words[index].as_str());
    }
}
