namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>A tensor that a plan is given.</summary>
/// <param name="Slot">The slot of its value.</param>
/// <param name="IsRead">Whether a step reads its elements; what only primitives use, which work on tensors, is handed through as it is.</param>
internal readonly record struct PlanInput(int Slot, bool IsRead);
