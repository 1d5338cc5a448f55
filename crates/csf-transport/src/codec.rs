//! The byte form of commands and replies.
