//! The words of a command line: flags, options with a value, and names.

use crate::failure::Failure;

/// What a task understands on its command line.
#[derive(Clone, Copy)]
pub(crate) struct Grammar {
    /// Words such as `--install` that stand alone.
    pub(crate) flags: &'static [&'static str],
    /// Words such as `--json` that take the next word, or what follows `=`.
    pub(crate) options: &'static [&'static str],
    /// How many plain names may follow.
    pub(crate) names: usize,
}

/// A command line that fits its grammar.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    flags: Vec<String>,
    options: Vec<(String, String)>,
    names: Vec<String>,
}

impl Arguments {
    /// Reads the words after the task's name; an unknown word is an error that names the known ones.
    pub(crate) fn parse(words: &[String], grammar: &Grammar) -> Result<Self, Failure> {
        let mut read = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (head, attached) = match word.split_once('=') {
                Some((head, value)) if head.starts_with("--") => (head, Some(value.to_owned())),
                _ => (word.as_str(), None),
            };
            if grammar.flags.contains(&head) && attached.is_none() {
                read.flags.push(head.to_owned());
            } else if grammar.options.contains(&head) {
                let value = attached.or_else(|| words.next().cloned());
                let value = value.ok_or_else(|| Failure::Usage(format!("{head} needs a value")))?;
                read.options.push((head.to_owned(), value));
            } else if head.starts_with('-') {
                return Err(Failure::Usage(unknown(word, grammar)));
            } else if read.names.len() < grammar.names {
                read.names.push(word.clone());
            } else {
                return Err(Failure::Usage(format!("one word too many: `{word}`")));
            }
        }
        Ok(read)
    }

    /// Whether the flag was given.
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|given| given == flag)
    }

    /// The value of an option; the last one wins.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The plain names, in order.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }
}

fn unknown(word: &str, grammar: &Grammar) -> String {
    let known: Vec<&str> = grammar.flags.iter().chain(grammar.options).copied().collect();
    if known.is_empty() {
        format!("`{word}` means nothing here: this task takes no options")
    } else {
        format!("`{word}` means nothing here; known: {}", known.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Arguments, Grammar};
    use crate::failure::Failure;

    const GRAMMAR: Grammar = Grammar { flags: &["--install"], options: &["--json"], names: 2 };

    fn read(line: &str) -> Result<Arguments, Failure> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Arguments::parse(&words, &GRAMMAR)
    }

    #[test]
    fn flags_options_and_names_stand_in_any_order() {
        let given = read("one --json out.json --install two").unwrap();
        assert!(given.has("--install"));
        assert_eq!(given.option("--json"), Some("out.json"));
        assert_eq!(given.names(), ["one", "two"]);
        assert_eq!(read("--json=a --json=b").unwrap().option("--json"), Some("b"));
    }

    #[test]
    fn an_unknown_word_is_an_error_that_names_the_known_ones() {
        let Err(Failure::Usage(text)) = read("--instal") else { panic!("accepted") };
        assert!(text.contains("--install") && text.contains("--json"), "{text}");
        assert!(read("--json").is_err(), "an option without its value");
        assert!(read("one two three").is_err(), "a name too many");
        assert!(read("--install=yes").is_err(), "a flag with a value");
    }
}
