//! AWS Certificate Manager.

facts! {
    /// A certificate. Source: `acm:ListCertificates`.
    "acm.certificate" Certificate {
        /// The first name that it holds for. `DomainName`.
        domain: String,
        /// ISSUED, EXPIRED, PENDING_VALIDATION, … `Status`.
        status: String,
        /// AMAZON_ISSUED, IMPORTED or PRIVATE. `Type`.
        certificate_type: String,
        /// Whether a load balancer, a distribution, an API or the like uses it. `InUse`.
        in_use: bool,
        /// Whether ACM can renew it by itself. `RenewalEligibility`.
        renewed_by_acm: bool,
        /// When it ends (RFC 3339); none until it is issued. `NotAfter`.
        expires_at: Option<String>,
        /// Derived: whole days until it ends, below zero after that; none until it is issued.
        days_left: Option<i64>,
    }
}
