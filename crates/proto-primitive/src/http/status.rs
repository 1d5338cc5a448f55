//! Response status codes to HTTP status codes (TS-0009 6.3.2), each with its text for the header line.

use std::borrow::Cow;

use csf_api::Status;

macro_rules! status_table {
    ($($http:literal: $($code:literal)+;)+) => {
        const fn lookup(code: u16) -> Option<(u16, &'static str)> {
            match code {
                $($($code => Some(($http, stringify!($code))),)+)+
                _ => None,
            }
        }
    };
}

// 4128 has no row in TS-0009; it refuses an originator, as its neighbours 4126 and 4127 do.
status_table! {
    200: 2000 2002 2004;
    201: 2001;
    202: 1000 1001 1002;
    400: 4000 4102 4110 4120 4122 4123 4143 6010 6022 6023 6024;
    403: 4101 4103 4106 4107 4108 4109 4111 4112 4113 4114 4115 4116 4117 4126 4127 4128
         5105 5203 5205 5208 5214 5215 5218 5222;
    404: 4004 4118 4119 4121 5103 5107 6003 6005;
    405: 4005;
    406: 5207;
    409: 4104 4105 4124 5106 5219 5220 6028 6029;
    415: 4015;
    500: 5000 5204 5209 5210 5211 5212 5216 5217 5221 6020 6021 6025 6026;
    501: 4001 4125 5001 5206;
    504: 4008 6030 6031;
}

/// The HTTP status code that goes with a response status code.
#[must_use]
pub fn http_status(status: Status) -> u16 {
    lookup(status.code()).map_or(500, |(http, _)| http)
}

/// The HTTP status code, and the response status code as text.
pub(super) fn on_the_wire(status: Status) -> (u16, Cow<'static, str>) {
    match lookup(status.code()) {
        Some((http, text)) => (http, Cow::Borrowed(text)),
        None => (500, Cow::Owned(status.code().to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_the_project_has_a_row() {
        for code in 0..=u16::MAX {
            if let Some(status) = Status::from_code(code) {
                let (http, text) = lookup(code).unwrap_or_else(|| panic!("{status} has no row"));
                assert_eq!(text, code.to_string());
                assert_eq!(status.is_success(), http < 400, "{status}");
            }
        }
        assert_eq!(lookup(0), None);
    }

    #[test]
    fn the_rows_are_those_of_the_binding() {
        for (status, http) in [
            (Status::Ok, 200),
            (Status::Deleted, 200),
            (Status::Updated, 200),
            (Status::Created, 201),
            (Status::Accepted, 202),
            (Status::BadRequest, 400),
            (Status::ContentsUnacceptable, 400),
            (Status::ReleaseVersionNotSupported, 501),
            (Status::NotFound, 404),
            (Status::OperationNotAllowed, 405),
            (Status::RequestTimeout, 504),
            (Status::UnsupportedMediaType, 415),
            (Status::OriginatorHasNoPrivilege, 403),
            (Status::OriginatorNotAuthenticated, 403),
            (Status::SecurityAssociationRequired, 403),
            (Status::GroupRequestIdentifierExists, 409),
            (Status::NoMembers, 403),
            (Status::GroupMemberTypeInconsistent, 400),
            (Status::MaxNumberOfMemberExceeded, 400),
            (Status::Conflict, 409),
            (Status::SpecializationSchemaNotFound, 501),
            (Status::InternalServerError, 500),
            (Status::NotImplemented, 501),
            (Status::NonBlockingSynchRequestNotSupported, 501),
            (Status::TargetNotReachable, 404),
            (Status::AlreadyExists, 409),
            (Status::NotAcceptable, 406),
        ] {
            assert_eq!(http_status(status), http, "{status}");
        }
    }
}
