//! The root from a passphrase: Argon2id over it and a salt, which lies beside the data and is no secret.

use std::path::Path;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::passphrase_file::{PassphraseFile, Recipe};
use super::{ROOT_BYTES, RootKey, first_existing};
use crate::error::SoftError;
use crate::root_source::{PassphraseFrom, RootSource};

/// The fewest characters of a new passphrase.
pub const MIN_PASSPHRASE_CHARACTERS: usize = 12;
/// The most bytes of a passphrase.
pub const MAX_PASSPHRASE_BYTES: usize = 1024;
/// The fewest characters of a passphrase that is not called weak. Five words of a list of 7776, with what
/// separates them, have about 64 bits of randomness and hardly ever fewer characters.
pub const STRONG_PASSPHRASE_CHARACTERS: usize = 20;

/// The fewest different characters of a new passphrase, and of one that is not called weak.
const MIN_DIFFERENT: usize = 5;
const STRONG_DIFFERENT: usize = 8;

/// What the derived root is for; nothing else is derived from a passphrase under this label.
const LABEL: &[u8] = b"csf soft root of passphrase 1";

/// A passphrase. It has neither `Debug` nor `Clone`, and is wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes these bytes, as they are: the same characters in another encoding are another passphrase.
    ///
    /// # Errors
    ///
    /// [`SoftError::PassphraseForm`] when they are none, more than [`MAX_PASSPHRASE_BYTES`], no UTF-8, or hold a
    /// control character, which no other keyboard might produce.
    pub fn new(mut bytes: Zeroizing<Vec<u8>>) -> Result<Self, SoftError> {
        if bytes.is_empty() || bytes.len() > MAX_PASSPHRASE_BYTES {
            return Err(SoftError::PassphraseForm);
        }
        let text = String::from_utf8(std::mem::take(&mut *bytes)).map_err(|refused| {
            refused.into_bytes().zeroize();
            SoftError::PassphraseForm
        })?;
        let text = Zeroizing::new(text);
        if text.chars().any(char::is_control) { Err(SoftError::PassphraseForm) } else { Ok(Self(text)) }
    }

    /// Whether the two are the same. The time it takes tells their lengths at most.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let (one, two) = (self.0.as_bytes(), other.0.as_bytes());
        one.len() == two.len() && one.iter().zip(two).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
    }

    fn has(&self, characters: usize, different: usize) -> bool {
        let text = self.0.as_str();
        // Places of characters, so that no copy of any is kept.
        let firsts = text.char_indices().filter(|(at, c)| text.find(*c) == Some(*at));
        text.chars().count() >= characters && firsts.take(different).count() >= different
    }

    /// Whether it is short or monotonous enough to be guessed by who has a copy of the state directory.
    fn is_weak(&self) -> bool {
        !self.has(STRONG_PASSPHRASE_CHARACTERS, STRONG_DIFFERENT)
    }
}

/// The root of a store that is opened by a passphrase: what is known before the passphrase is.
pub struct PassphraseRoot<'a> {
    file: PassphraseFile<'a>,
    recipe: Option<Recipe>,
    store: &'a str,
    is_new: bool,
}

impl<'a> PassphraseRoot<'a> {
    /// Looks at the file with the salt, in the state directory.
    ///
    /// `sealed` are the files that cannot be opened without the root. While any of them exists and the file does
    /// not, no passphrase could be right.
    ///
    /// # Errors
    ///
    /// [`SoftError::PassphraseFileMissing`], [`SoftError::PassphraseFileDamaged`], and what the system refuses.
    pub fn look(path: &'a Path, store: &'a str, sealed: &[&Path]) -> Result<Self, SoftError> {
        let file = PassphraseFile { path };
        let recipe = file.read()?;
        let needed_by = first_existing(sealed)?;
        match (&recipe, needed_by) {
            (None, Some(needed_by)) => {
                Err(SoftError::PassphraseFileMissing { path: path.to_owned(), needed_by })
            }
            (_, needed_by) => Ok(Self { file, recipe, store, is_new: needed_by.is_none() }),
        }
    }

    /// Whether nothing was sealed yet, so that whatever passphrase is given now will be the right one.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.is_new
    }

    /// The root that this passphrase gives. Where nothing was sealed yet, the salt is drawn and is on the disk
    /// when this returns. It takes [64 MiB of memory](Recipe) and a good part of a second, on purpose.
    ///
    /// A wrong passphrase gives another root, which opens nothing: [`SoftError::ObjectsForeign`] says so then.
    ///
    /// # Errors
    ///
    /// [`SoftError::PassphraseWeak`] for a new passphrase that is too easy to guess, and what the system refuses.
    pub fn root(self, passphrase: &Passphrase, from: PassphraseFrom) -> Result<RootKey, SoftError> {
        if self.is_new && !passphrase.has(MIN_PASSPHRASE_CHARACTERS, MIN_DIFFERENT) {
            return Err(SoftError::PassphraseWeak);
        }
        let recipe = match self.recipe {
            Some(recipe) => recipe,
            None => {
                let recipe = Recipe::new()?;
                self.file.create(&recipe)?;
                recipe
            }
        };
        let bytes = derive(passphrase, &recipe, self.store)?;
        Ok(RootKey { bytes, source: RootSource::Passphrase { from, weak: passphrase.is_weak() } })
    }
}

fn derive(
    passphrase: &Passphrase,
    recipe: &Recipe,
    store: &str,
) -> Result<Zeroizing<[u8; ROOT_BYTES]>, SoftError> {
    let parameters = Params::new(recipe.memory_kib, recipe.passes, recipe.lanes, Some(ROOT_BYTES));
    let parameters = parameters.map_err(|_| SoftError::PassphraseDerivation)?;
    // Made here, so that it is wiped: it holds what the root can be computed from without the passphrase.
    let mut memory = Zeroizing::new(Vec::new());
    let blocks = parameters.block_count();
    memory.try_reserve_exact(blocks).map_err(|_| SoftError::PassphraseDerivation)?;
    memory.resize(blocks, Block::new());
    let mut stretched = Zeroizing::new([0; ROOT_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into_with_memory(
            passphrase.0.as_bytes(),
            &recipe.salt,
            stretched.as_mut_slice(),
            memory.as_mut_slice(),
        )
        .map_err(|_| SoftError::PassphraseDerivation)?;
    let mut root = Zeroizing::new([0; ROOT_BYTES]);
    Hkdf::<Sha256>::new(Some(LABEL), stretched.as_slice())
        .expand(store.as_bytes(), root.as_mut_slice())
        .map_err(|_| SoftError::PassphraseDerivation)?;
    Ok(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> Option<Passphrase> {
        Passphrase::new(Zeroizing::new(text.as_bytes().to_vec())).ok()
    }

    const RECIPE: Recipe = Recipe { memory_kib: 19 * 1024, passes: 1, lanes: 1, salt: [7; 16] };

    fn derived(text: &str, recipe: &Recipe, store: &str) -> [u8; ROOT_BYTES] {
        *derive(&passphrase(text).expect("a passphrase"), recipe, store).expect("a root")
    }

    // Shows ARC-4.
    #[test]
    fn passphrase_salt_parameters_and_store_each_make_another_root() {
        let root = derived("correct horse", &RECIPE, "s1");
        assert_eq!(root, derived("correct horse", &RECIPE, "s1"));
        assert_ne!(root, derived("correct horsf", &RECIPE, "s1"));
        assert_ne!(root, derived("correct horse", &RECIPE, "s2"));
        for other in [
            Recipe { salt: [8; 16], ..RECIPE },
            Recipe { memory_kib: 19 * 1024 + 4, ..RECIPE },
            Recipe { passes: 2, ..RECIPE },
            Recipe { lanes: 2, ..RECIPE },
        ] {
            assert_ne!(root, derived("correct horse", &other, "s1"));
        }
    }

    #[test]
    fn a_passphrase_is_one_line_of_text_within_bounds() {
        assert!(passphrase("gute Nacht, schöne Welt").is_some());
        assert!(passphrase(&"x".repeat(MAX_PASSPHRASE_BYTES)).is_some());
        for bad in
            ["", "two\nlines", "a\tb", "bell\x07", "nul\0", "\u{9b}", &"x".repeat(MAX_PASSPHRASE_BYTES + 1)]
        {
            assert!(passphrase(bad).is_none(), "{bad:?}");
        }
        assert!(Passphrase::new(Zeroizing::new(vec![0xff; 20])).is_err());
    }

    #[test]
    fn passphrases_are_the_same_or_are_not() {
        let is = |one: &str, two: &str| passphrase(one).unwrap().is(&passphrase(two).unwrap());
        assert!(is("abc", "abc"));
        assert!(!is("abc", "abd") && !is("abc", "ab") && !is("ab", "abc") && !is("bbc", "abc"));
    }

    #[test]
    fn short_and_monotonous_passphrases_are_weak() {
        let is = |text: &str| {
            let passphrase = passphrase(text).unwrap();
            (passphrase.has(MIN_PASSPHRASE_CHARACTERS, MIN_DIFFERENT), passphrase.is_weak())
        };
        assert_eq!(is("elevenchars"), (false, true));
        assert_eq!(is("twelve chars"), (true, true));
        assert_eq!(is("aaaaaaaaaaaaaaaaaaaaaaaaa"), (false, true));
        assert_eq!(is("abcabcabcabcabcabcabcdea"), (true, true));
        assert_eq!(is("correct horse battery"), (true, false));
        // Characters, not bytes.
        assert_eq!(is("äöüßéèäöüßé"), (false, true));
    }
}
