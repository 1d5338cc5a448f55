//! The whole decision about one set of rules, written down a second time from the texts: slow, plain, over the text
//! of each condition, and sharing no code with the crate.

use std::collections::BTreeMap;
use std::net::IpAddr;

use csf_access::Standing;

use crate::reference::is_for;

/// A rule as its author writes it, condition by condition.
#[derive(Clone, Debug, Default)]
pub(crate) struct FullRule {
    pub(crate) acor: Vec<String>,
    pub(crate) acop: u8,
    pub(crate) acaf: Option<bool>,
    pub(crate) acco: Vec<FullContext>,
    pub(crate) acod: Vec<FullDetails>,
    pub(crate) aca: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct FullContext {
    pub(crate) actw: Vec<String>,
    pub(crate) ipv4: Vec<String>,
    pub(crate) ipv6: Vec<String>,
    pub(crate) accc: Vec<String>,
    /// A member that nobody evaluates.
    pub(crate) unknown: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct FullDetails {
    pub(crate) ty: Option<i64>,
    pub(crate) cnd: Option<String>,
    pub(crate) chty: Vec<i64>,
}

/// Everything that a decision hears of a request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) standing: Standing,
    /// In absolute form.
    pub(crate) originator: Option<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) bit: u8,
    pub(crate) target: i64,
    pub(crate) child: Option<(i64, Option<String>)>,
    /// `None` for all that there may be.
    pub(crate) attributes: Option<Vec<String>>,
    /// Second, minute, hour, day, month, day of the week, year.
    pub(crate) time: [u32; 7],
    pub(crate) address: Option<IpAddr>,
    pub(crate) country: Option<String>,
    /// The members of each group that can be had, in absolute form.
    pub(crate) groups: BTreeMap<String, Vec<String>>,
}

/// Whether the rules permit the request, once every fact is known or known not to be had.
pub(crate) fn permits(rules: &[FullRule], request: &Request) -> bool {
    let matching: Vec<&FullRule> = rules.iter().filter(|rule| holds(rule, request)).collect();
    let listed =
        |name: &String| matching.iter().any(|rule| rule.aca.as_ref().is_some_and(|list| list.contains(name)));
    matching.iter().any(|rule| rule.aca.is_none())
        || (!matching.is_empty()
            && request.attributes.as_ref().is_some_and(|touched| touched.iter().all(listed)))
}

fn holds(rule: &FullRule, request: &Request) -> bool {
    let named =
        request.originator.is_some() && matches!(request.standing, Standing::Proven | Standing::Vouched);
    let authenticated = named && request.standing == Standing::Proven;
    rule.acor.iter().any(|entry| entry_is_for(entry, named, request))
        && rule.acop & request.bit != 0
        && (rule.acaf != Some(true) || authenticated)
        && (rule.acco.is_empty() || rule.acco.iter().any(|context| context_holds(context, request)))
        && (request.bit != 1
            || rule.acod.is_empty()
            || rule.acod.iter().any(|details| details_hold(details, request)))
}

fn entry_is_for(entry: &str, named: bool, request: &Request) -> bool {
    let originator = request.originator.as_deref();
    is_for(entry, request.standing, originator)
        || (named
            && (request.roles.iter().any(|role| role == entry)
                || request
                    .groups
                    .get(entry)
                    .is_some_and(|members| members.iter().any(|m| Some(&**m) == originator))))
}

fn context_holds(context: &FullContext, request: &Request) -> bool {
    let within = |list: &[String]| {
        list.iter().any(|range| request.address.is_some_and(|address| in_range(range, address)))
    };
    let anywhere = context.ipv4.is_empty() && context.ipv6.is_empty();
    !context.unknown
        && (context.actw.is_empty() || context.actw.iter().any(|w| in_window(w, request.time)))
        && (anywhere || within(&context.ipv4) || within(&context.ipv6))
        && (context.accc.is_empty() || request.country.as_ref().is_some_and(|c| context.accc.contains(c)))
}

fn details_hold(details: &FullDetails, request: &Request) -> bool {
    let Some((child, cnd)) = &request.child else { return false };
    details.ty.is_none_or(|ty| ty == request.target)
        && (details.cnd.is_none() || details.cnd == *cnd)
        && details.chty.contains(child)
}

fn in_window(window: &str, time: [u32; 7]) -> bool {
    let first = [0, 0, 0, 1, 1, 0, 2000];
    let number = |text: &str| text.parse::<u32>().expect("a number");
    window.split(' ').zip(time).zip(first).all(|((field, value), first)| {
        field.split(',').any(|element| {
            let (range, step) = element.split_once('/').map_or((element, 1), |(r, s)| (r, number(s)));
            let (from, to) = match range.split_once('-') {
                Some((from, to)) => (number(from), number(to)),
                None if range == "*" => (first, u32::MAX),
                None => (number(range), number(range)),
            };
            from <= value && value <= to && (value - from) % step == 0
        })
    })
}

/// By the bits, one after the other.
fn in_range(range: &str, address: IpAddr) -> bool {
    let (base, prefix) = range.split_once('/').map_or((range, None), |(b, p)| (b, Some(p)));
    let bits = |address: IpAddr| -> Vec<bool> {
        let octets = match address.to_canonical() {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        };
        octets.iter().flat_map(|octet| (0..8).rev().map(move |n| octet & (1 << n) != 0)).collect()
    };
    let base: IpAddr = base.parse().expect("an address");
    let written = if base.is_ipv4() { 32 } else { 128 };
    let prefix: usize = prefix.map_or(written, |p| p.parse().expect("a number"));
    let (base, address) = (bits(base), bits(address));
    // An IPv4 address in the form of IPv6 has 96 bits before its own.
    let prefix = prefix.saturating_sub(written - base.len());
    base.len() == address.len() && base[..prefix] == address[..prefix]
}
