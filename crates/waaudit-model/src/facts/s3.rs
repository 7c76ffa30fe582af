//! Amazon S3: how buckets are set up. Objects are never read.

use super::measured::Measured;

parts! {
    /// A lifecycle rule. `Rules[]`.
    LifecycleRule {
        /// Its name; null where it has none. `ID`.
        name: Option<String>,
        /// Whether it is in force. `Status`.
        enabled: bool,
        /// What it is limited to, in words ("prefix tmp/", "a tag", "objects below 1,000 bytes"); null where it holds for the whole bucket, or for all objects but small ones of at most 128 KiB, which S3 does not move by default. `Filter`, `Prefix`.
        #[serde(default)]
        limited_to: Option<String>,
        /// Whether it deletes objects in the end; in a versioned bucket that leaves them as old versions. `Expiration.Days`, `Expiration.Date`.
        expires: bool,
        /// Whether it moves objects to another storage class. `Transitions`.
        moves: bool,
        /// Whether it deletes or moves old versions of objects. `NoncurrentVersionExpiration`, `NoncurrentVersionTransitions`.
        handles_old_versions: bool,
        /// Whether it clears away uploads that were never completed. `AbortIncompleteMultipartUpload`.
        aborts_uploads: bool,
    }
}

facts! {
    /// A bucket. Its region is "global" where AWS did not name it. Source: `s3:ListBuckets`.
    "s3.bucket" Bucket {
        /// Whether it answers as a website. Source: `GetBucketWebsite`.
        website: bool,
        /// Whether that website only redirects elsewhere; false without a website. `RedirectAllRequestsTo`. Source: `GetBucketWebsite`.
        website_redirects_all: bool,
        /// Whether its policy lets the public read. `PolicyStatus.IsPublic`; no policy is not public. Source: `GetBucketPolicyStatus`.
        policy_public: bool,
        /// Whether its ACL lets everybody, or everybody with an AWS account, read: `READ` or `FULL_CONTROL` to `AllUsers` or `AuthenticatedUsers`. Source: `GetBucketAcl`.
        acl_public: bool,
        /// Whether ACLs are in force, those of objects too, which are never read. `ObjectOwnership` is not `BucketOwnerEnforced`. Source: `GetBucketOwnershipControls`.
        acls_enabled: bool,
        /// Whether the bucket's own Block Public Access cuts the policy off (`BlockPublicPolicy` does not undo an old policy; `RestrictPublicBuckets` does). Source: `GetPublicAccessBlock`.
        public_policies_restricted: bool,
        /// Whether the bucket's own Block Public Access makes nothing of public ACLs. `IgnorePublicAcls`. Source: `GetPublicAccessBlock`.
        public_acls_ignored: bool,
        /// Enabled, Suspended, or none where it was never switched on. `Status`. Source: `GetBucketVersioning`.
        versioning: Option<String>,
        /// When it was made, or in some regions last set up, RFC 3339. `CreationDate`.
        created_at: String,
        /// Its lifecycle rules. Source: `GetBucketLifecycleConfiguration`.
        lifecycle_rules: Vec<LifecycleRule>,
        /// Whether objects can be kept from being deleted. `ObjectLockEnabled`. Source: `GetObjectLockConfiguration`.
        object_lock: bool,
        /// Bytes in the storage class Standard, the most of a week. `AWS/S3 BucketSizeBytes`.
        standard_bytes: Measured,
        /// Bytes in the storage class Intelligent-Tiering, the most of a week. `AWS/S3 BucketSizeBytes`.
        tiered_bytes: Measured,
        /// Buckets that enabled rules copy all its objects to, by name; empty where it has none. `Rules[].Destination.Bucket`. Source: `GetBucketReplication`.
        replicates_to: Vec<String>,
        /// Buckets that enabled rules copy a part of its objects to, by prefix or tag, by name. `Rules[].Filter`, `Rules[].Prefix`. Source: `GetBucketReplication`.
        replicates_parts_to: Vec<String>,
        /// Derived: the sign by which what it holds can be lost: a name that AWS gives to its own buckets, access logs of a load balancer, a name like logs beside a lifecycle rule that deletes, or a tag; none without. Absent where the name alone suggests it.
        disposable: Option<String>,
        /// Derived: whether the public can read from it: its policy or its ACL grants that, and neither the bucket's nor the account's Block Public Access takes it away. Absent for a website with ACLs whose objects may each have a public one.
        serves_public: bool,
        /// Derived: enabled distributions that use it as an origin, by id. Absent where an origin is an access point, whose bucket its name does not tell.
        distributions: Vec<String>,
        /// Derived: of those, the ones that use its website endpoint, which must be public.
        website_distributions: Vec<String>,
    }
}

facts! {
    /// Block Public Access of the account: it holds for every bucket, beside the bucket's own. Source: `s3:GetPublicAccessBlock` of S3 Control.
    "s3.public_access_block" PublicAccessBlock {
        /// Whether public policies give access to no one but AWS services and the account itself. `RestrictPublicBuckets`.
        public_policies_restricted: bool,
        /// Whether public ACLs are ignored. `IgnorePublicAcls`.
        public_acls_ignored: bool,
    }
}
