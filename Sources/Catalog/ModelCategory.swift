/// What a model is made for, as its author says. Source: spec 16.1.
package enum ModelCategory: String, Sendable, CaseIterable {
    case programming, roleplay, marketing
    case searchMarketing = "marketing/seo"
    case technology, science, translation, legal, finance, health, trivia, academia
}
