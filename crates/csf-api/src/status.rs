//! Response status codes (TS-0004 6.6.3).

use std::fmt;

macro_rules! statuses {
    ($($name:ident = $code:literal, $text:literal;)*) => {
        /// A response status code; the discriminant is the number on the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Status {
            $(#[doc = $text] $name = $code,)*
        }

        impl Status {
            /// The status with this number, if the project knows it.
            #[must_use]
            pub const fn from_code(code: u16) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The name that TS-0004 gives the code.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

statuses! {
    Accepted = 1000, "ACCEPTED";
    Ok = 2000, "OK";
    Created = 2001, "CREATED";
    Deleted = 2002, "DELETED";
    Updated = 2004, "UPDATED";
    BadRequest = 4000, "BAD_REQUEST";
    ReleaseVersionNotSupported = 4001, "RELEASE_VERSION_NOT_SUPPORTED";
    NotFound = 4004, "NOT_FOUND";
    OperationNotAllowed = 4005, "OPERATION_NOT_ALLOWED";
    RequestTimeout = 4008, "REQUEST_TIMEOUT";
    UnsupportedMediaType = 4015, "UNSUPPORTED_MEDIA_TYPE";
    SubscriptionCreatorHasNoPrivilege = 4101, "SUBSCRIPTION_CREATOR_HAS_NO_PRIVILEGE";
    ContentsUnacceptable = 4102, "CONTENTS_UNACCEPTABLE";
    OriginatorHasNoPrivilege = 4103, "ORIGINATOR_HAS_NO_PRIVILEGE";
    GroupRequestIdentifierExists = 4104, "GROUP_REQUEST_IDENTIFIER_EXISTS";
    Conflict = 4105, "CONFLICT";
    OriginatorNotAuthenticated = 4106, "ORIGINATOR_NOT_AUTHENTICATED";
    SecurityAssociationRequired = 4107, "SECURITY_ASSOCIATION_REQUIRED";
    InvalidChildResourceType = 4108, "INVALID_CHILD_RESOURCE_TYPE";
    NoMembers = 4109, "NO_MEMBERS";
    GroupMemberTypeInconsistent = 4110, "GROUP_MEMBER_TYPE_INCONSISTENT";
    OriginatorHasAlreadyRegistered = 4117, "ORIGINATOR_HAS_ALREADY_REGISTERED";
    SpecializationSchemaNotFound = 4125, "SPECIALIZATION_SCHEMA_NOT_FOUND";
    AppRuleValidationFailed = 4126, "APP_RULE_VALIDATION_FAILED";
    ServiceSubscriptionNotEstablished = 4128, "SERVICE_SUBSCRIPTION_NOT_ESTABLISHED";
    InternalServerError = 5000, "INTERNAL_SERVER_ERROR";
    NotImplemented = 5001, "NOT_IMPLEMENTED";
    TargetNotReachable = 5103, "TARGET_NOT_REACHABLE";
    ReceiverHasNoPrivilege = 5105, "RECEIVER_HAS_NO_PRIVILEGE";
    AlreadyExists = 5106, "ALREADY_EXISTS";
    TargetNotSubscribable = 5203, "TARGET_NOT_SUBSCRIBABLE";
    NonBlockingSynchRequestNotSupported = 5206, "NON_BLOCKING_SYNCH_REQUEST_NOT_SUPPORTED";
    NotAcceptable = 5207, "NOT_ACCEPTABLE";
    MaxNumberOfMemberExceeded = 6010, "MAX_NUMBER_OF_MEMBER_EXCEEDED";
}

impl Status {
    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The status that says the same to a requester of release 1, which knows fewer codes.
    ///
    /// What release 1 has stays as it is; what it lacks becomes the code that it had for the case, or the
    /// general one of its class.
    #[must_use]
    pub const fn in_release_1(self) -> Self {
        match self.code() {
            0..4000
            | 4000
            | 4004
            | 4005
            | 4008
            | 4015
            | 4101..=4110
            | 5000
            | 5001
            | 5103
            | 5105..=5107
            | 5203..=5207
            | 6000.. => self,
            // Already registered: the AE-ID is in the way of itself.
            4117 => Self::Conflict,
            // No service subscription admits the originator.
            4126 | 4128 => Self::SecurityAssociationRequired,
            // A specialisation that nobody here knows; release 1 has no flexContainer at all.
            4125 => Self::NotImplemented,
            ..5000 => Self::BadRequest,
            5000.. => Self::InternalServerError,
        }
    }

    /// Whether the request was carried out (or accepted).
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.code() < 4000
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code(), self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn release_1_is_told_in_its_own_codes_only() {
        let known = [
            1000, 2000, 2001, 2002, 2004, 4000, 4004, 4005, 4008, 4015, 4101, 4102, 4103, 4104, 4105, 4106,
            4107, 4108, 4109, 4110, 5000, 5001, 5103, 5105, 5106, 5107, 5203, 5204, 5205, 5206, 5207,
        ];
        let mut seen = 0;
        for status in (0..6000).filter_map(Status::from_code) {
            seen += 1;
            let told = status.in_release_1();
            assert!(known.contains(&told.code()), "{status} becomes {told}");
            assert_eq!(told.is_success(), status.is_success(), "{status}");
            assert_eq!(told.in_release_1(), told, "{status}");
            if known.contains(&status.code()) {
                assert_eq!(told, status);
            }
        }
        assert!(seen > 25, "the table was walked through");
    }

    #[test]
    fn what_release_1_lacks_has_the_code_that_it_had_for_the_case() {
        for (status, told) in [
            (Status::OriginatorHasAlreadyRegistered, Status::Conflict),
            (Status::AppRuleValidationFailed, Status::SecurityAssociationRequired),
            (Status::SpecializationSchemaNotFound, Status::NotImplemented),
            (Status::ReleaseVersionNotSupported, Status::BadRequest),
        ] {
            assert_eq!(status.in_release_1(), told);
        }
    }
}
