//! The part of a rule that says how a failure is fixed.

use toml::Spanned;

use super::Loader;
use crate::expr::{Expr, Type, Vocabulary};
use crate::file::{AfterFile, FixFile, PurchaseFile};
use crate::fix::{After, Fix, Purchase, Step};

impl Loader<'_> {
    pub(super) fn fix(&mut self, file: &FixFile, at: usize, vocabulary: &Vocabulary) -> Option<Fix> {
        let steps = self.steps(file, at, vocabulary);
        let after: Vec<_> = file.after.iter().map(|after| self.after(after, vocabulary)).collect();
        let buys: Vec<_> = file.buys.iter().map(|purchase| self.purchase(purchase, vocabulary)).collect();
        Some(Fix {
            steps: steps?,
            terraform: file.terraform.clone(),
            flags: file.flags.clone(),
            after: after.into_iter().collect::<Option<_>>()?,
            buys: buys.into_iter().collect::<Option<_>>()?,
            together: file.together,
        })
    }

    fn steps(&mut self, fix: &FixFile, at: usize, vocabulary: &Vocabulary) -> Option<Vec<Step>> {
        if fix.cli.is_some() != fix.steps.is_empty() {
            self.problem(at, "[fix] has either `cli` or `steps`", Some("waaudit schema rule"));
            return None;
        }
        let single = fix.cli.iter().map(|cli| (None, cli));
        let several = fix.steps.iter().map(|step| (step.only_if.as_ref(), &step.run));
        single.chain(several).map(|(only_if, run)| self.step(only_if, run, vocabulary)).collect()
    }

    fn step(
        &mut self,
        only_if: Option<&Spanned<String>>,
        run: &Spanned<String>,
        vocabulary: &Vocabulary,
    ) -> Option<Step> {
        let (only_if, fitting) = self.condition_of_fix(only_if, vocabulary)?;
        Some(Step { run: self.template(run, &fitting)?, only_if })
    }

    /// A condition that a part of a fix may have, and what is known where it holds.
    fn condition_of_fix(
        &mut self,
        only_if: Option<&Spanned<String>>,
        vocabulary: &Vocabulary,
    ) -> Option<(Option<Expr>, Vocabulary)> {
        let Some(only_if) = only_if else { return Some((None, vocabulary.clone())) };
        let holds = self.boolean(only_if, vocabulary)?;
        let fitting = vocabulary.clone().given(&holds, true);
        Some((Some(holds), fitting))
    }

    fn after(&mut self, file: &AfterFile, vocabulary: &Vocabulary) -> Option<After> {
        let (only_if, fitting) = self.condition_of_fix(file.only_if.as_ref(), vocabulary)?;
        let (changed, names) = match (&file.kind, &file.named) {
            (Some(kind), Some(names)) => (self.vocabulary(kind)?, Some((kind, names))),
            (None, None) => (vocabulary, None),
            (Some(one), None) | (None, Some(one)) => {
                self.problem(one.span().start, "`kind` and `named` go together", Some("waaudit schema rule"));
                return None;
            }
        };
        let fitting = fitting.with_zones();
        let of = names.map(|(kind, names)| {
            let texts = Type::List(Box::new(Type::Text));
            let expr = Expr::of_type(names.as_ref(), &fitting, &texts);
            Some((kind.as_ref().clone(), expr.map_err(|error| self.expression_problem(names, &error)).ok()?))
        });
        let set: Vec<_> = file.set.iter().map(|(path, value)| self.value(path, value, changed, &fitting)).collect();
        let of = of.map_or(Some(None), |of| of.map(Some));
        Some(After { only_if, of: of?, set: set.into_iter().collect::<Option<_>>()? })
    }

    /// The value that a fact has afterwards. It has to be of the fact's type.
    fn value(
        &mut self,
        path: &str,
        value: &Spanned<String>,
        changed: &Vocabulary,
        vocabulary: &Vocabulary,
    ) -> Option<(String, Expr)> {
        let Some(wanted) = changed.type_at(path) else {
            let help = format!("waaudit facts {}", changed.kind);
            self.problem(value.span().start, &format!("no fact `{path}` of {}", changed.kind), Some(&help));
            return None;
        };
        let expr = Expr::of_type(value.as_ref(), vocabulary, &wanted);
        let expr = expr.map_err(|error| self.expression_problem(value, &error)).ok()?;
        Some((path.to_owned(), expr))
    }

    fn purchase(&mut self, file: &PurchaseFile, vocabulary: &Vocabulary) -> Option<Purchase> {
        let (only_if, fitting) = self.condition_of_fix(file.only_if.as_ref(), vocabulary)?;
        let item = self.template(&file.item, &fitting);
        let count = file.count.as_ref().map(|count| {
            let expr = Expr::of_type(count.as_ref(), &fitting, &Type::Number);
            expr.map_err(|error| self.expression_problem(count, &error)).ok()
        });
        let count = count.map_or(Some(None), |count| count.map(Some));
        Some(Purchase { only_if, item: item?, count: count? })
    }
}
