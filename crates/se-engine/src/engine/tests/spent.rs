//! How many messages a key encrypts: no more than it may, whatever comes between.

use csf_transport::CipherAlgorithm;

use super::*;
use crate::spent::RESTORE_ALLOWANCE;

/// An engine whose keys encrypt so many messages, reserved in blocks of so many.
fn counting(disk: &Disk, most: u64, block: u64) -> Engine<Disk> {
    let records = records(disk, 1).expect("a disk of this vault");
    let counting = Counting { block, most: Some(most) };
    Engine::with_limits(records, &Zeroizing::new([2; 32]), SMALL, counting)
}

fn cipher_key(engine: &Engine<Disk>, number: u8) {
    let algorithm = KeyAlgorithm::Aes128Gcm;
    let spec = KeySpec {
        id: KeyId([number; 16]),
        owner: owner("Cmeter"),
        algorithm,
        uses: algorithm.uses(),
        exportable: false,
    };
    run(engine, &Command::GenerateKey(spec)).map(drop).expect("room");
}

fn encryption(number: u8) -> Command {
    let (key, owner) = (KeyId([number; 16]), owner("Cmeter"));
    let (algorithm, plaintext) = (CipherAlgorithm::Aes128Gcm, Secret::new(b"m".to_vec()));
    Command::Encrypt { key, owner, algorithm, associated_data: Vec::new(), plaintext }
}

fn encrypt(engine: &Engine<Disk>, number: u8) -> Result<(Vec<u8>, Vec<u8>), SeError> {
    match run(engine, &encryption(number))? {
        Reply::Encrypted { nonce, ciphertext, .. } => Ok((nonce, ciphertext)),
        _ => panic!("another reply than to encrypt"),
    }
}

/// How many messages are encrypted before the key is exhausted.
fn rest(engine: &Engine<Disk>, number: u8) -> u64 {
    let mut messages = 0;
    loop {
        match encrypt(engine, number) {
            Ok(_) => messages += 1,
            Err(SeError::Exhausted) => return messages,
            Err(error) => panic!("{error}"),
        }
    }
}

fn rotate(engine: &Engine<Disk>, number: u8, generation: u32) {
    let (key, owner) = (KeyId([number; 16]), owner("Cmeter"));
    run(engine, &Command::RotateKey { key, owner, generation, material: None }).map(drop).expect("a key");
}

// Shows SDH-4.
#[test]
fn a_key_encrypts_as_many_messages_as_it_may_and_decrypts_and_rotates_after() {
    let engine = counting(&Disk::default(), 10, 4);
    cipher_key(&engine, 1);
    cipher_key(&engine, 2);
    let (nonce, ciphertext) = encrypt(&engine, 1).expect("the first");
    assert_eq!(rest(&engine, 1), 9);
    assert_eq!(encrypt(&engine, 1).err(), Some(SeError::Exhausted), "and it stays so");
    let decryption = Command::Decrypt {
        key: KeyId([1; 16]),
        owner: owner("Cmeter"),
        algorithm: CipherAlgorithm::Aes128Gcm,
        generation: None,
        nonce,
        associated_data: Vec::new(),
        ciphertext,
    };
    assert!(matches!(run(&engine, &decryption), Ok(Reply::Decrypted(_))));
    assert_eq!(rest(&engine, 2), 10, "another key has its own count");
    rotate(&engine, 1, 2);
    assert_eq!(rest(&engine, 1), 10, "another generation has its own count");
    assert!(matches!(run(&engine, &decryption), Ok(Reply::Decrypted(_))));
    assert_eq!(destroy(&engine, 1, &owner("Cmeter")), Ok(()));
    cipher_key(&engine, 1);
    assert_eq!(rest(&engine, 1), 10, "another key of this name is another key");
}

// Shows SDH-4: a crash loses what was reserved, and gives nothing back.
#[test]
fn a_count_jumps_ahead_with_a_restart_and_never_back() {
    let disk = Disk::default();
    cipher_key(&counting(&disk, 10, 4), 1);
    let mut messages = 0;
    while encrypt(&counting(&disk, 10, 4), 1).is_ok() {
        messages += 1;
    }
    assert_eq!(messages, 3, "of 4, 4 and 2 reserved one each was spent");
    assert_eq!(rest(&counting(&disk, 10, 4), 1), 0);
    let engine = counting(&disk, 10, 4);
    rotate(&engine, 1, 2);
    assert!(encrypt(&engine, 1).is_ok());
    drop(engine);
    assert_eq!(rest(&counting(&disk, 10, 4), 1), 6);
}

// Shows SDH-3: what was encrypted since a backup is not known, so it is counted as much.
#[test]
fn a_restored_key_counts_what_it_may_have_encrypted_since() {
    let disk = Disk::default();
    let most = RESTORE_ALLOWANCE * 2 + 10;
    let engine = counting(&disk, most, 4);
    cipher_key(&engine, 1);
    assert!(encrypt(&engine, 1).is_ok());
    drop(engine);
    for _ in 0..2 {
        let restored = counting(&disk, most, 4);
        assert_eq!(restored.note_restored(), Ok(()));
    }
    let engine = counting(&disk, most, 4);
    assert_eq!(rest(&engine, 1), 6);
    cipher_key(&engine, 2);
    drop(engine);
    let engine = counting(&disk, 12, 4);
    assert_eq!(rest(&engine, 2), 12, "a key that was made since counts from nothing");
    let allowed = KeyAlgorithm::Aes128Gcm.most_messages().expect("it encrypts");
    assert!(RESTORE_ALLOWANCE < allowed, "a restore leaves a key of use");
}

#[test]
fn threads_share_one_count() {
    let engine = counting(&Disk::default(), 1000, 64);
    cipher_key(&engine, 1);
    let messages: u64 = std::thread::scope(|scope| {
        let each: Vec<_> = (0..4).map(|_| scope.spawn(|| rest(&engine, 1))).collect();
        each.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    assert_eq!(messages, 1000);
}

// Shows that no encryption but one in a block is written, and that this one takes the lane.
#[test]
fn what_has_to_be_reserved_first_is_not_done_inline() {
    let engine = counting(&Disk::default(), 100, 3);
    cipher_key(&engine, 1);
    let cancel = CancelFlag::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    let inline = |command: &Command| {
        engine.execute_inline(command, &Cx { deadline, now: UtcTime::from_unix_micros(0), cancel: &cancel })
    };
    for block in 0..3 {
        assert!(inline(&encryption(1)).is_none(), "block {block}");
        assert!(encrypt(&engine, 1).is_ok());
        for _ in 0..2 {
            assert!(matches!(inline(&encryption(1)), Some(Ok(Reply::Encrypted { .. }))));
        }
    }
    assert!(matches!(inline(&encryption(9)), Some(Err(SeError::NoSuchKey))));
    assert!(matches!(inline(&Command::Random { length: 1 }), Some(Ok(_))));
}
