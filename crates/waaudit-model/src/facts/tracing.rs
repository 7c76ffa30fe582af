//! What is traced: AWS X-Ray and CloudWatch Application Signals. Traces themselves are never read.

facts! {
    /// A service in the map of the last twelve hours. Source: `xray:GetServiceGraph`.
    "xray.service" XrayService {
        /// `AWS::Lambda::Function`, `AWS::EC2::Instance`, `client`, …; none where AWS does not say. `Services[].Type`.
        service_type: Option<String>,
    }
}

facts! {
    /// A service that Application Signals knows. Source: `application-signals:ListServices`.
    "applicationsignals.service" SignalsService {
        /// Its environment, `eks:shop/default`; none where AWS does not say. `KeyAttributes.Environment`.
        environment: Option<String>,
    }
}
