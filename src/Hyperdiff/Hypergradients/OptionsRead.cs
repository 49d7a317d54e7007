namespace Hyperdiff;

/// <summary>Which options a method reads on a problem.</summary>
[Flags]
internal enum OptionsRead
{
    /// <summary>None but the cancellation.</summary>
    None = 0,

    /// <summary>The key, without which it cannot do.</summary>
    Key = 1,

    /// <summary>A warm start that is an adjoint.</summary>
    Adjoint = 2,

    /// <summary>A warm start that is an optimizer's memory.</summary>
    Memory = 4,

    /// <summary>Who is told of residuals.</summary>
    Progress = 8,
}
