//! Turns: the subject and what it is compared with, one after the other, several times.

use std::time::Duration;

use crate::failure::Failure;
use crate::series::{Round, Series};
use crate::workload::{ROUND, ROUNDS, WARM_UP};

/// Does its work for so long.
pub(crate) type Work<'a> = &'a mut dyn FnMut(Duration) -> Result<Round, Failure>;

/// Lets all of them do their work in turns. Every second time the order is turned round, so that what the
/// machine does over time is nobody's advantage.
pub(crate) fn alternate<const N: usize>(mut works: [Work<'_>; N]) -> Result<[Series; N], Failure> {
    for work in &mut works {
        work(WARM_UP)?;
    }
    let mut series = std::array::from_fn(|_| Series::default());
    for turn in 0..ROUNDS {
        let mut pairs: Vec<_> = works.iter_mut().zip(&mut series).collect();
        if turn % 2 == 1 {
            pairs.reverse();
        }
        for (work, series) in pairs {
            series.push(work(ROUND)?);
        }
    }
    Ok(series)
}
