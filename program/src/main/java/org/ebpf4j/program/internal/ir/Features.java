package org.ebpf4j.program.internal.ir;

/// What the oldest kernel knows that a program is for.
///
/// @param signed moves and loads with a sign (6.6)
/// @param signedDivision signed division that does not trap for the smallest number by −1 (6.12)
/// @param mayGoto the jump that ends long loops (6.9)
/// @param fetch atomic operations that give the value before (5.12)
/// @param loop `bpf_loop` (5.17)
public record Features(
    boolean signed, boolean signedDivision, boolean mayGoto, boolean fetch, boolean loop) {
  /// Those of a version, such as `5.10`.
  ///
  /// @throws Refusal where it is no version
  public static Features of(String version) {
    var parts = version.split("\\.", -1);
    try {
      var number = Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
      return new Features(
          number >= 6006, number >= 6012, number >= 6009, number >= 5012, number >= 5017);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException _) {
      throw new Refusal(
          "@Target(\"" + version + "\") is no version of a kernel", "a version such as \"6.1\"");
    }
  }
}
