namespace System.Runtime.CompilerServices;

/// <summary>What the compiler asks for when a record is declared; netstandard2.0 lacks it.</summary>
internal static class IsExternalInit;
