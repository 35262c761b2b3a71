//! Renders Markdown for a terminal: headings, paragraphs, lists, code, links, emphasis and tables.

mod table;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use super::look::Look;
use crate::report::shared::palette::Palette;
use crate::text::escape;
use crate::text::wrap;
use table::Table;

/// The text of a Markdown page, wrapped to the look's width; code is never wrapped.
pub(crate) fn render(markdown: &str, look: &Look) -> String {
    let mut page = PageWriter::new(look);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        page.event(event);
    }
    page.out
}

/// How the words of a paragraph are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    Plain,
    Strong,
    Emphasis,
}

struct PageWriter {
    out: String,
    look: Look,
    palette: Palette,
    /// The styled text of the block being read.
    inline: String,
    faces: Vec<Face>,
    /// The address and the start of its text in `inline`.
    links: Vec<(String, usize)>,
    /// For each open list: the number of the next item, if it is numbered.
    lists: Vec<Option<u64>>,
    /// What the next line of an item begins with.
    bullet: Option<String>,
    /// Whether the last block was the text of an item.
    after_item: bool,
    quotes: usize,
    code: Option<String>,
    table: Option<Table>,
}

impl PageWriter {
    fn new(look: &Look) -> Self {
        Self {
            out: String::new(),
            look: *look,
            palette: Palette::new(look.color),
            inline: String::new(),
            faces: Vec::new(),
            links: Vec::new(),
            lists: Vec::new(),
            bullet: None,
            after_item: false,
            quotes: 0,
            code: None,
            table: None,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.code_span(&code),
            Event::SoftBreak => self.inline.push(' '),
            Event::HardBreak => self.inline.push('\n'),
            Event::Rule => {
                let line = if self.look.unicode { "─" } else { "-" }.repeat(self.look.width);
                self.block(&line, 0);
            }
            // Comments and raw HTML have no meaning on a terminal; the rest is not switched on.
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => self.faces.push(Face::Strong),
            Tag::Strong => self.faces.push(Face::Strong),
            Tag::Emphasis => self.faces.push(Face::Emphasis),
            Tag::Link { dest_url, .. } => self.links.push((dest_url.to_string(), self.inline.len())),
            Tag::List(number) => {
                // A tight item's text has no paragraph of its own: write it before its sublist.
                self.paragraph();
                self.after_item &= !self.lists.is_empty();
                self.lists.push(number);
            }
            Tag::Item => self.item(),
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.paragraph();
                self.code = Some(String::new());
            }
            Tag::Table(_) => self.table = Some(Table::default()),
            Tag::TableHead | Tag::TableRow => self.table.iter_mut().for_each(Table::row),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::Paragraph => self.paragraph(),
            TagEnd::Strong | TagEnd::Emphasis => {
                self.faces.pop();
            }
            TagEnd::Link => self.link(),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Item => {
                self.paragraph();
                self.bullet = None;
            }
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::CodeBlock => self.code_block(),
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.inline);
                self.table.iter_mut().for_each(|table| table.cell(cell.trim().to_owned()));
            }
            TagEnd::Table => {
                let table = self.table.take().unwrap_or_default();
                let drawn = table.draw(self.look.width.saturating_sub(self.indent()), self.palette);
                self.block(&drawn, self.indent());
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match &mut self.code {
            Some(code) => code.push_str(text),
            None => {
                let face = self.faces.last().copied().unwrap_or(Face::Plain);
                let palette = self.palette;
                self.styled(text, |word| match face {
                    Face::Plain => word.to_owned(),
                    Face::Strong => palette.strong(word),
                    Face::Emphasis => palette.emphasis(word),
                });
            }
        }
    }

    /// Without colours the backticks stay, so that code can still be told from prose.
    fn code_span(&mut self, code: &str) {
        let palette = self.palette;
        if self.look.color {
            self.styled(&code.replace(' ', wrap::TIED), |word| palette.code(word));
        } else {
            self.inline.push('`');
            self.inline.push_str(&escape::line(code));
            self.inline.push('`');
        }
    }

    /// Styles each word on its own: a style then never runs over a line's end into the indent.
    fn styled(&mut self, text: &str, style: impl Fn(&str) -> String) {
        let text = escape::block(text);
        for (at, word) in text.split(' ').enumerate() {
            if at > 0 {
                self.inline.push(' ');
            }
            if !word.is_empty() {
                self.inline.push_str(&style(word));
            }
        }
    }

    /// The address behind the link's text; pages of other rules are named by their text alone.
    fn link(&mut self) {
        let Some((url, start)) = self.links.pop() else { return };
        let same = self.inline.get(start..).is_some_and(|text| text == url);
        if !same && url.contains("://") {
            let url = self.palette.link(&escape::line(&url));
            self.inline.push_str(&format!(" <{url}>"));
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        self.faces.pop();
        let text = std::mem::take(&mut self.inline);
        let underline = match level {
            _ if self.look.color => None,
            HeadingLevel::H1 => Some("="),
            HeadingLevel::H2 => Some("-"),
            _ => None,
        };
        let line = underline.map(|stroke| format!("\n{}", stroke.repeat(text.width()))).unwrap_or_default();
        self.block(&format!("{text}{line}"), 0);
    }

    fn item(&mut self) {
        let bullet = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", number.saturating_sub(1))
            }
            _ if self.look.unicode => "• ".to_owned(),
            _ => "* ".to_owned(),
        };
        self.bullet = Some(bullet);
    }

    /// Cells that blocks are set in from the left.
    fn indent(&self) -> usize {
        2 * self.lists.len() + 2 * self.quotes
    }

    /// Ends a paragraph, or the text of a tight list item.
    fn paragraph(&mut self) {
        let text = std::mem::take(&mut self.inline);
        if text.trim().is_empty() {
            return;
        }
        let quote = if self.look.unicode { "│ " } else { "> " }.repeat(self.quotes);
        let lists = " ".repeat(2 * self.lists.len());
        let rest = format!("{lists}{quote}");
        let (first, item) = match self.bullet.take() {
            Some(bullet) => {
                let outer = " ".repeat((2 * self.lists.len()).saturating_sub(bullet.width()));
                (format!("{outer}{bullet}{quote}"), true)
            }
            None => (rest.clone(), false),
        };
        let mut block = String::new();
        for (at, line) in text.trim().split('\n').enumerate() {
            let first = if at == 0 { &first } else { &rest };
            for line in wrap::hanging(line, self.look.width, first, &rest) {
                block.push_str(line.trim_end());
                block.push('\n');
            }
        }
        self.gap(item);
        self.out.push_str(&block);
    }

    fn code_block(&mut self) {
        let code = self.code.take().unwrap_or_default();
        let code: Vec<String> = escape::block(&code)
            .lines()
            .map(|line| if line.is_empty() { String::new() } else { self.palette.code(line) })
            .collect();
        self.block(&code.join("\n"), self.indent() + 4);
    }

    /// Writes a block, set in by `indent`, after an empty line.
    fn block(&mut self, text: &str, indent: usize) {
        self.gap(false);
        for line in text.lines() {
            if !line.is_empty() {
                self.out.extend(std::iter::repeat_n(' ', indent));
                self.out.push_str(line.trim_end());
            }
            self.out.push('\n');
        }
    }

    /// The empty line between blocks; items follow each other closely.
    fn gap(&mut self, item: bool) {
        let close = item && self.after_item;
        if !self.out.is_empty() && !close {
            self.out.push('\n');
        }
        self.after_item = item;
    }
}

#[cfg(test)]
mod tests;
