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
    InternalServerError = 5000, "INTERNAL_SERVER_ERROR";
    NotImplemented = 5001, "NOT_IMPLEMENTED";
    TargetNotReachable = 5103, "TARGET_NOT_REACHABLE";
    ReceiverHasNoPrivilege = 5105, "RECEIVER_HAS_NO_PRIVILEGE";
    AlreadyExists = 5106, "ALREADY_EXISTS";
    TargetNotSubscribable = 5203, "TARGET_NOT_SUBSCRIBABLE";
    NotAcceptable = 5207, "NOT_ACCEPTABLE";
    MaxNumberOfMemberExceeded = 6010, "MAX_NUMBER_OF_MEMBER_EXCEEDED";
}

impl Status {
    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
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
