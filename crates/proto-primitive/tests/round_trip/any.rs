//! Any request and any response that HTTP can carry.

use csf_api::{
    Address, AttributeCondition, Content, EntityTag, FilterCriteria, FilterOperation, IdentifierForm,
    IfMatch, Moment, Operation, Partial, RelativeCriteria, RelativePath, Release, Request, RequestId,
    ResourceType, Response, ResultContent, Status, UtcTime, Window,
};
use proptest::prelude::*;

use crate::any_value::value;

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z0-9][A-Za-z0-9_~.-]{0,12}"
}

pub(crate) fn address() -> impl Strategy<Value = Address> {
    (prop::sample::select(vec!["", "/id-mn/", "//csf.example/id-mn/"]), prop::collection::vec(name(), 1..6))
        .prop_filter_map("an address", |(scope, names)| {
            Address::parse(&format!("{scope}{}", names.join("/"))).ok()
        })
}

pub(crate) fn content() -> impl Strategy<Value = Content> {
    ("[a-z0-9]{1,5}:[A-Za-z0-9._-]{1,12}", value(4, 24, 4))
        .prop_map(|(root, value)| Content { root: root.into(), value })
}

fn resource_types() -> impl Strategy<Value = Vec<ResourceType>> {
    prop::collection::vec(any::<u16>().prop_map(ResourceType::from_number), 0..3)
}

fn texts() -> impl Strategy<Value = Vec<Box<str>>> {
    prop::collection::vec("\\PC{1,6}".prop_map(Into::into), 0..3)
}

fn conditions() -> impl Strategy<Value = Vec<AttributeCondition>> {
    let condition = ("(rn|apn|[a-z]{3}X)", "\\PC{1,6}")
        .prop_filter_map("a condition", |(name, pattern)| AttributeCondition::new(&name, &pattern));
    prop::collection::vec(condition, 0..3)
}

fn relative() -> impl Strategy<Value = RelativeCriteria> {
    (resource_types(), texts(), conditions()).prop_map(|(resource_types, labels, attributes)| {
        RelativeCriteria { resource_types, labels, attributes }
    })
}

fn window<T: Clone + std::fmt::Debug>(
    bound: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Window<T>> {
    let bound = prop::option::of(bound);
    (bound.clone(), bound).prop_map(|(from, before)| Window { from, before })
}

pub(crate) fn time() -> impl Strategy<Value = UtcTime> + Clone {
    (UtcTime::MIN.unix_micros()..=UtcTime::MAX.unix_micros()).prop_map(UtcTime::from_unix_micros)
}

fn moment() -> impl Strategy<Value = Moment> {
    prop_oneof![time().prop_map(Moment::At), (-99_999_i64..1_000_000_000).prop_map(Moment::After)]
}

prop_compose! {
    /// With bounds only where the operation allows them.
    fn filter()(
        created in window(time()),
        modified in window(time()),
        expires in window(time()),
        (state, size) in (window(1..=u32::MAX), window(1..=u32::MAX)),
        resource_types in resource_types(),
        (labels, content_types) in (texts(), texts()),
        attributes in conditions(),
        (child, parent) in (relative(), relative()),
        or in any::<bool>(),
        relative_path in prop::option::of("[.]{2}(/([.]{2}|[A-Za-z0-9_~-]{1,9})){0,4}"),
        (limit, level, offset) in
            (prop::option::of(any::<u32>()), prop::option::of(1..=u32::MAX), prop::option::of(1..=u32::MAX)),
    ) -> FilterCriteria {
        let operation = if or { FilterOperation::Or } else { FilterOperation::And };
        let relative_path = relative_path.and_then(|path| RelativePath::parse(&path));
        FilterCriteria {
            created, modified, state, expires, size, resource_types, labels, content_types, attributes, child,
            parent, operation, limit, level, offset, relative_path,
        }
    }
}

fn if_match() -> impl Strategy<Value = IfMatch> {
    let tags = prop::collection::vec(content().prop_map(|content| EntityTag::of(&content)), 0..4);
    prop_oneof![Just(IfMatch::Any), tags.prop_map(IfMatch::OneOf)]
}

fn release() -> impl Strategy<Value = Release> {
    prop::sample::select(Release::ALL.to_vec())
}

fn request_id() -> impl Strategy<Value = RequestId> {
    "[!-~]([ -~]{0,20}[!-~])?".prop_filter_map("an identifier", |text| RequestId::parse(&text).ok())
}

prop_compose! {
    pub(crate) fn any_request()(
        number in 1_u8..=5,
        to in address(),
        from in "[!-~]{1,40}",
        request_id in request_id(),
        release in release(),
        ty in any::<u16>(),
        content in content(),
        rcn in prop::option::of(prop::sample::select(vec![1_u8, 9])),
        attributes in prop::collection::vec("[A-Za-z0-9._-]{1,12}", 0..4),
        filter in prop::option::of(filter()),
        if_match in prop::option::of(if_match()),
        (discovers, unstructured) in any::<(bool, bool)>(),
        originated in prop::option::of(time()),
        expirations in prop::option::of((moment(), moment())),
    ) -> Request {
        let operation = Operation::from_number(number).unwrap_or(Operation::Retrieve);
        let mut request = Request::new(operation, to, Some(&from), request_id);
        request.release = release;
        request.originated = originated;
        (request.expires, request.result_expires) = expirations.unzip();
        match operation {
            Operation::Create => request.resource_type = Some(ResourceType::from_number(ty)),
            Operation::Retrieve if discovers => request.discovery = filter,
            Operation::Retrieve => {
                let filter = filter.map(|f| FilterCriteria { relative_path: None, ..f });
                request.attributes = attributes.into_iter().map(Into::into).collect();
                request.filter = filter;
            }
            Operation::Update | Operation::Delete => {
                let unbounded =
                    |f| FilterCriteria { limit: None, level: None, offset: None, relative_path: None, ..f };
                request.filter = filter.map(unbounded);
                request.if_match = if_match;
            }
            Operation::Notify => {}
        }
        if unstructured && operation == Operation::Retrieve {
            request.identifier_form = IdentifierForm::Unstructured;
        }
        if !matches!(operation, Operation::Retrieve | Operation::Delete) {
            request.content = Some(content);
        }
        if matches!(operation, Operation::Create | Operation::Update) {
            request.result_content = rcn.and_then(ResultContent::from_number);
        }
        request
    }
}

prop_compose! {
    pub(crate) fn any_response()(
        status in (2000_u16..5300).prop_filter_map("a status", Status::from_code),
        request_id in request_id(),
        release in prop::option::of(release()),
        content in prop::option::of(content()),
        location in prop::option::of("[!-~]{1,40}"),
        partial in prop::option::of(prop::option::of(any::<u32>())),
        unmet in any::<bool>(),
        originated in prop::option::of(time()),
        result_expires in prop::option::of(moment()),
    ) -> Response {
        let mut response = Response::new(status, request_id, release);
        response.content = content;
        response.location = location.map(Into::into);
        response.partial = partial.map(|next| Partial { next });
        response.is_unmet = unmet && !status.is_success();
        response.originated = originated;
        response.result_expires = result_expires;
        response
    }
}
