package org.ebpf4j.error;

/// A file is not what it should be. Says in which file and section, at which byte of the file, and
/// what was expected there.
public final class MalformedObjectException extends BpfException {
  private static final long serialVersionUID = 1L;

  private static final String DAMAGED =
      "compile or copy the file again: it is damaged or cut short";

  private final String file;
  private final String section;
  private final long offset;
  private final String advice;

  /// A fault at byte `offset` of `file`, inside `section` (empty: outside every section). `problem`
  /// says what was expected.
  public MalformedObjectException(String file, String section, long offset, String problem) {
    this(file, section, offset, problem, DAMAGED);
  }

  /// A fault that `advice` mends: one of the source that the file was made of, not of the file.
  public MalformedObjectException(
      String file, String section, long offset, String problem, String advice) {
    super(
        file
            + (section.isEmpty() ? "" : ", section " + section)
            + ", offset 0x"
            + Long.toHexString(offset)
            + ": "
            + problem);
    this.file = file;
    this.section = section;
    this.offset = offset;
    this.advice = advice;
  }

  /// A section that is larger than what can be made of it.
  ///
  /// @param size how many bytes it has, unsigned
  /// @param most how many it may have
  /// @param of in what: a map, a file that is written
  public static MalformedObjectException tooLarge(
      String file, String section, long size, long most, String of) {
    return new MalformedObjectException(
        file,
        section,
        0,
        "variables of "
            + Long.toUnsignedString(size)
            + " bytes, of which at most "
            + most
            + " fit in "
            + of,
        "make the variables smaller, or keep what they hold in a map: it can have many entries");
  }

  /// The file, as the caller named it.
  public String file() {
    return file;
  }

  /// The section, or an empty string where the fault is in none.
  public String section() {
    return section;
  }

  /// The byte of the file at which the fault was seen.
  public long offset() {
    return offset;
  }

  /// What to do about it.
  public String advice() {
    if (!advice.equals(DAMAGED)) {
      return advice;
    }
    var problem = String.valueOf(getMessage());
    if (problem.contains("not an ELF file")) {
      return "give an object file, which clang makes of C: clang -g -O2 -target bpf -c NAME.bpf.c"
          + " -o NAME.bpf.o";
    }
    if (problem.contains("not a program file or library")) {
      return problem.contains("it is a script")
          ? "name the program that runs it: the file itself, not a script that starts it"
          : "name a program or a library";
    }
    return problem.contains("has no .BTF")
        ? "compile the file with types, by clang -g, and do not strip them"
        : advice;
  }
}
