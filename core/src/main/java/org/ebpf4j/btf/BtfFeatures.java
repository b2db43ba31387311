package org.ebpf4j.btf;

/// What a kernel knows of BTF, beyond the kinds that the first ones took.
///
/// @param functions functions and their prototypes (5.0)
/// @param globalFunctions functions with global linkage (5.6)
/// @param dataSections sections of data and their variables (5.2)
/// @param questionMarks names of sections that start with a question mark (6.8)
/// @param floating floating point numbers (5.13)
/// @param declarationTags tags on declarations (5.16)
/// @param typeTags tags on types (5.17)
/// @param enum64 enumerations of 64 bits, and signed ones (6.0)
/// @param layout an area that tells the sizes of kinds (7.1)
public record BtfFeatures(
    boolean functions,
    boolean globalFunctions,
    boolean dataSections,
    boolean questionMarks,
    boolean floating,
    boolean declarationTags,
    boolean typeTags,
    boolean enum64,
    boolean layout) {

  /// All of them.
  public static final BtfFeatures ALL =
      new BtfFeatures(true, true, true, true, true, true, true, true, true);

  /// None of them.
  public static final BtfFeatures NONE =
      new BtfFeatures(false, false, false, false, false, false, false, false, false);
}
