//! Listeners with their rules: one fact of the load balancer, so all of it or nothing.
//!
//! Only an Application Load Balancer's listener is asked for its rules. Those of the others have the default rule
//! alone, which the listener itself carries, and of a Gateway Load Balancer AWS denies that the listener exists.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, ForwardActionConfig, HttpHeaderConditionConfig, Listener as SdkListener,
    LoadBalancerTypeEnum, Rule, RuleCondition, TargetGroupTuple,
};

use super::PAGE;
use crate::call::Call;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::Context;
use crate::transport::decode::word;
use waaudit_model::facts::Fact;
use waaudit_model::facts::elb::{Forward, Listener, ListenerRule};

pub(super) const DESCRIBE_LISTENERS: Call = Call::new("elasticloadbalancing", "DescribeListeners");
pub(super) const DESCRIBE_RULES: Call = Call::new("elasticloadbalancing", "DescribeRules");

/// The listeners of one load balancer.
pub(super) async fn listeners(
    ctx: &Context,
    client: &Client,
    balancer: &str,
    balancer_type: Option<&LoadBalancerTypeEnum>,
) -> Fact<Vec<Listener>> {
    let request = client.describe_listeners().load_balancer_arn(balancer).page_size(PAGE);
    let Some(pages) = ctx.detail_pages(&DESCRIBE_LISTENERS, balancer, request.into_paginator().send()).await else {
        return Fact::Unread;
    };
    let asks_rules = !matches!(balancer_type, Some(LoadBalancerTypeEnum::Network | LoadBalancerTypeEnum::Gateway));
    let found = pages.iter().flat_map(|page| page.listeners());
    let listeners = run_bounded(found.map(|found| listener(ctx, client, balancer, found, asks_rules))).await;
    listeners.into_iter().collect::<Option<Vec<_>>>().into()
}

/// `None` is a listener that could not be read; why is noted.
async fn listener(
    ctx: &Context,
    client: &Client,
    balancer: &str,
    listener: &SdkListener,
    asks_rules: bool,
) -> Option<Listener> {
    let arn = ctx.whole(&DESCRIBE_LISTENERS, balancer, "listeners", listener.listener_arn()).get()?;
    let rules = if asks_rules {
        let request = client.describe_rules().listener_arn(arn).page_size(PAGE).into_paginator().send();
        let pages = ctx.detail_pages(&DESCRIBE_RULES, balancer, request).await?;
        let rules = pages.iter().flat_map(|page| page.rules()).map(rule).collect();
        ctx.whole(&DESCRIBE_RULES, balancer, "listeners", rules)
    } else {
        let default = listener_rule(true, listener.default_actions(), &[]).map(|default| vec![default]);
        ctx.whole(&DESCRIBE_LISTENERS, balancer, "listeners", default)
    };
    Some(Listener {
        arn: arn.to_owned(),
        port: listener.port.map(i64::from),
        protocol: word(listener.protocol()),
        rules: rules.known()?.clone(),
    })
}

fn rule(rule: &Rule) -> Option<ListenerRule> {
    listener_rule(rule.is_default?, rule.actions(), rule.conditions())
}

fn listener_rule(is_default: bool, actions: &[Action], conditions: &[RuleCondition]) -> Option<ListenerRule> {
    // Actions before the last one authenticate. A lone action may come without an order.
    let last = actions.iter().max_by_key(|action| action.order)?;
    Some(ListenerRule {
        is_default,
        action: word(last.r#type())?,
        fixed_response: last.fixed_response_config().and_then(|response| response.status_code.clone()),
        required_headers: required_headers(conditions)?,
        forwards: forwards(last)?,
        group_stickiness_seconds: group_stickiness(last)?,
    })
}

/// `Some(None)` where a client may come to another target group with each request; an answer without a duration is unread.
fn group_stickiness(action: &Action) -> Option<Option<i64>> {
    let config = action.forward_config().and_then(ForwardActionConfig::target_group_stickiness_config);
    match config.filter(|config| config.enabled == Some(true)) {
        None => Some(None),
        Some(config) => config.duration_seconds.map(|seconds| Some(i64::from(seconds))),
    }
}

fn required_headers(conditions: &[RuleCondition]) -> Option<Vec<String>> {
    let on_headers = conditions.iter().filter(|condition| condition.field() == Some("http-header"));
    let demanded = |condition: &RuleCondition| {
        let config = condition.http_header_config()?;
        let name = config.http_header_name()?.to_lowercase();
        Some(demands_a_value(config).then_some(name))
    };
    Some(on_headers.map(demanded).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Whether some values of the header are turned away: a pattern of wildcards alone lets every one through.
fn demands_a_value(config: &HttpHeaderConditionConfig) -> bool {
    let is_certain = |value: &String| value.chars().any(|c| c != '*' && c != '?');
    !config.values().is_empty() && config.values().iter().all(is_certain)
}

fn forwards(action: &Action) -> Option<Vec<Forward>> {
    if action.r#type() != Some(&ActionTypeEnum::Forward) {
        return Some(Vec::new());
    }
    match action.forward_config().map_or(&[][..], ForwardActionConfig::target_groups) {
        [] => Some(vec![Forward { target_group: action.target_group_arn.clone()?, weight: None }]),
        [only] => Some(vec![forward(only)?]),
        shares => shares.iter().map(|share| forward(share).filter(|forward| forward.weight.is_some())).collect(),
    }
}

fn forward(share: &TargetGroupTuple) -> Option<Forward> {
    Some(Forward { target_group: share.target_group_arn.clone()?, weight: share.weight.map(i64::from) })
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::builders::ActionBuilder;
    use aws_sdk_elasticloadbalancingv2::types::{FixedResponseActionConfig, TargetGroupStickinessConfig};

    use super::*;

    fn forwarding() -> ActionBuilder {
        Action::builder().r#type(ActionTypeEnum::Forward)
    }

    fn share(target_group: &str, weight: Option<i32>) -> TargetGroupTuple {
        TargetGroupTuple::builder().target_group_arn(target_group).set_weight(weight).build()
    }

    fn shares(shares: Vec<TargetGroupTuple>) -> Action {
        forwarding().forward_config(ForwardActionConfig::builder().set_target_groups(Some(shares)).build()).build()
    }

    #[test]
    fn an_action_that_names_one_group_alone_has_no_weight() {
        let rule = listener_rule(true, &[forwarding().target_group_arn("tg-1").build()], &[]).unwrap();
        assert_eq!(rule.forwards, [Forward { target_group: "tg-1".to_owned(), weight: None }]);
        assert_eq!(rule.action, "forward");
    }

    #[test]
    fn shares_of_several_groups_keep_their_weights() {
        let forwards = forwards(&shares(vec![share("tg-1", Some(0)), share("tg-2", Some(100))])).unwrap();
        assert_eq!(forwards.iter().map(|forward| forward.weight).collect::<Vec<_>>(), [Some(0), Some(100)]);
    }

    #[test]
    fn stickiness_between_groups_counts_while_it_is_enabled() {
        let sticky = |enabled: bool, seconds: Option<i32>| {
            let config = TargetGroupStickinessConfig::builder().enabled(enabled).set_duration_seconds(seconds).build();
            let config = ForwardActionConfig::builder().target_group_stickiness_config(config).build();
            group_stickiness(&forwarding().forward_config(config).build())
        };
        assert_eq!((sticky(true, Some(3600)), sticky(false, Some(3600))), (Some(Some(3600)), Some(None)));
        assert_eq!((sticky(true, None), sticky(false, None)), (None, Some(None)));
        assert_eq!(group_stickiness(&forwarding().target_group_arn("tg-1").build()), Some(None));
    }

    #[test]
    fn a_share_without_a_weight_among_several_leaves_the_rule_unread() {
        assert_eq!(forwards(&shares(vec![share("tg-1", None), share("tg-2", Some(1))])), None);
    }

    #[test]
    fn a_forward_to_nowhere_leaves_the_rule_unread() {
        assert_eq!(listener_rule(true, &[forwarding().build()], &[]), None);
        assert_eq!(listener_rule(true, &[], &[]), None);
    }

    #[test]
    fn the_action_with_the_highest_order_counts() {
        let login = Action::builder().r#type(ActionTypeEnum::AuthenticateOidc).order(1).build();
        let answer = FixedResponseActionConfig::builder().status_code("403").build();
        let refuse =
            Action::builder().r#type(ActionTypeEnum::FixedResponse).fixed_response_config(answer).order(2).build();
        let rule = listener_rule(true, &[refuse, login], &[]).unwrap();
        assert_eq!(rule.action, "fixed-response");
        assert_eq!(rule.fixed_response.as_deref(), Some("403"));
        assert_eq!(rule.forwards, []);
    }

    #[test]
    fn only_header_conditions_demand_headers() {
        let header = HttpHeaderConditionConfig::builder().http_header_name("X-Origin-Verify").values("secret").build();
        let conditions = [
            RuleCondition::builder().field("path-pattern").values("/api/*").build(),
            RuleCondition::builder().field("http-header").http_header_config(header).build(),
        ];
        let rule = listener_rule(false, &[forwarding().target_group_arn("tg-1").build()], &conditions).unwrap();
        assert_eq!(rule.required_headers, ["x-origin-verify"]);
    }

    #[test]
    fn a_header_with_any_value_is_not_demanded() {
        for values in [vec!["*"], vec!["secret", "*"], vec![]] {
            let header = values
                .into_iter()
                .fold(HttpHeaderConditionConfig::builder().http_header_name("X-Origin-Verify"), |header, value| {
                    header.values(value)
                });
            let condition = RuleCondition::builder().field("http-header").http_header_config(header.build()).build();
            assert_eq!(required_headers(&[condition]), Some(Vec::new()));
        }
    }

    #[test]
    fn a_header_condition_without_a_name_leaves_the_rule_unread() {
        assert_eq!(required_headers(&[RuleCondition::builder().field("http-header").build()]), None);
    }

    #[test]
    fn a_rule_that_does_not_say_whether_it_is_the_default_is_unread() {
        assert_eq!(rule(&Rule::builder().actions(forwarding().target_group_arn("tg-1").build()).build()), None);
    }
}
