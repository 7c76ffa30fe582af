//! Amazon S3: how buckets are set up. Objects are never read.

facts! {
    /// A bucket. Its region is "global" where AWS did not name it. Source: `s3:ListBuckets`.
    "s3.bucket" Bucket {
        /// Whether it answers as a website. Source: `GetBucketWebsite`.
        website: bool,
        /// Whether that website only redirects elsewhere; false without a website. `RedirectAllRequestsTo`. Source: `GetBucketWebsite`.
        website_redirects_all: bool,
        /// Whether its policy lets the public read. `PolicyStatus.IsPublic`; no policy is not public. Source: `GetBucketPolicyStatus`.
        policy_public: bool,
        /// Whether the bucket's own Block Public Access (the account's is not read) cuts the policy off (`BlockPublicPolicy` does not undo an old policy; `RestrictPublicBuckets` does). Source: `GetPublicAccessBlock`.
        public_policies_restricted: bool,
        /// Enabled, Suspended, or none where it was never switched on. `Status`. Source: `GetBucketVersioning`.
        versioning: Option<String>,
        /// Derived: enabled distributions that use it as an origin, by id. Absent where an origin is an access point, whose bucket its name does not tell.
        distributions: Vec<String>,
        /// Derived: of those, the ones that use its website endpoint, which must be public.
        website_distributions: Vec<String>,
    }
}
