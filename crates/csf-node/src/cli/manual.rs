//! `csf completions` and `csf manual`: what shells and man(1) want to know, from the command line's own table.

use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use csf_api::{Object, Value};

use super::failure::Failure;
use super::report::Report;

/// What completes the words of the tool in this shell.
pub(crate) fn completions(mut tool: Command, shell: Shell) -> Report {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut tool, "csf", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let json =
        Object::new().with("shell", Value::text(&shell.to_string())).with("script", Value::text(&script));
    Report::new(script, Value::Object(json))
}

/// One page: that of the tool, or of the command with these words.
pub(crate) fn page(tool: Command, words: &[String]) -> Result<Report, Failure> {
    let mut command = built(tool);
    for word in words {
        let below = command.find_subcommand(word).cloned();
        command =
            below.ok_or_else(|| Failure::Usage(format!("there is no command '{}'", words.join(" "))))?;
    }
    let (name, page) = render(&command)?;
    let json = Object::new().with("name", Value::text(&name)).with("page", Value::text(&page));
    Ok(Report::new(page, Value::Object(json)))
}

/// All pages, each in a file of its name in this directory.
pub(crate) fn into(tool: Command, directory: &Path) -> Result<Report, Failure> {
    let unwritten = |path: &Path, e: &std::io::Error| {
        Failure::Usage(format!(
            "{}: the pages cannot be written there: {e}; name another directory",
            path.display()
        ))
    };
    std::fs::create_dir_all(directory).map_err(|e| unwritten(directory, &e))?;
    let mut files = Vec::new();
    let mut waiting = vec![built(tool)];
    while let Some(command) = waiting.pop() {
        let (name, page) = render(&command)?;
        let path = directory.join(format!("{name}.1"));
        std::fs::write(&path, page).map_err(|e| unwritten(&path, &e))?;
        files.push(path.to_string_lossy().into_owned());
        // Its own help is a page already.
        waiting.extend(command.get_subcommands().filter(|below| below.get_name() != "help").cloned());
    }
    files.sort_unstable();
    let text = files.iter().fold(String::new(), |text, file| text + file + "\n");
    Ok(Report::new(
        text,
        Value::Object(Object::new().with("files", Value::texts(files.iter().map(String::as_str)))),
    ))
}

/// The tool with the names of its pages, `csf-config-show` for `csf config show`, and its global flags everywhere.
fn built(mut tool: Command) -> Command {
    tool.build();
    tool
}

fn render(command: &Command) -> Result<(String, String), Failure> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut page = Vec::new();
    Man::new(command.clone()).title(name.as_str()).render(&mut page).map_err(Failure::Output)?;
    Ok((name, String::from_utf8_lossy(&page).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    #[test]
    fn every_shell_gets_a_script_that_knows_the_commands() {
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let report = completions(command(), shell);
            for word in ["invoke", "restore", "effective"] {
                assert!(report.text().contains(word), "{shell}: {word}");
            }
        }
    }

    #[test]
    fn a_page_says_what_the_help_says() {
        let text = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            page(command(), &words).map(|report| report.text().to_owned())
        };
        let tool = text(&[]).unwrap();
        assert!(tool.contains(".TH csf 1") && tool.contains("find mistakes before the node does"), "{tool}");
        let show = text(&["config", "show"]).unwrap();
        assert!(show.contains("csf\\-config\\-show") && show.contains("\\-\\-effective"), "{show}");
        assert!(matches!(text(&["config", "shwo"]), Err(Failure::Usage(_))));
    }

    #[test]
    fn the_pages_of_all_commands_go_into_a_directory() {
        let directory = tempfile::tempdir().unwrap();
        let report = into(command(), &directory.path().join("man1")).unwrap();
        for page in ["csf.1", "csf-get.1", "csf-config.1", "csf-config-show.1"] {
            let written = std::fs::read_to_string(directory.path().join("man1").join(page)).unwrap();
            assert!(written.contains(".TH csf") && report.text().contains(page), "{page}");
        }
        let file = directory.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(matches!(into(command(), &file), Err(Failure::Usage(text)) if text.contains("file: ")));
    }
}
