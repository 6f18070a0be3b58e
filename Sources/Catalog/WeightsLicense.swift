/// A licence of open weights, as far as it says whether other models may be trained on the output.
///
/// The catalogue names the licence where the author published one; docs/catalogue.md says where each answer comes from.
package enum WeightsLicense: String, Sendable, CaseIterable {
    case apache2 = "apache-2.0"
    case mit
    /// MIT with a notice for very large services.
    case modifiedMIT = "modified-mit"
    case deepSeek = "deepseek"
    case gemma
    case nvidiaOpenModel = "nvidia-open-model"
    case qwen
    case llama2, llama3
    case llama31 = "llama3.1"
    case llama32 = "llama3.2"
    case llama33 = "llama3.3"
    case llama4
    case tencentHunyuan = "tencent-hunyuan"

    package var permitsDistillation: Bool {
        switch self {
        case .apache2, .mit, .modifiedMIT, .deepSeek, .gemma, .nvidiaOpenModel, .qwen: true
        case .llama31, .llama32, .llama33, .llama4: true
        case .llama2, .llama3, .tencentHunyuan: false
        }
    }
}
