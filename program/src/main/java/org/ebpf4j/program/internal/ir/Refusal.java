package org.ebpf4j.program.internal.ir;

/// Something that the compiler does not take. Where it is known, the line is said.
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String instead;
  private String file = "";
  private int line;

  /// @param what what is not taken
  /// @param instead what to write there; empty where nobody knows
  public Refusal(String what, String instead) {
    super(what, null, false, false);
    this.instead = instead;
  }

  /// Says where, unless that was said before.
  public Refusal at(String inFile, int atLine) {
    if (file.isEmpty()) {
      file = inFile;
      line = atLine;
    }
    return this;
  }

  public String what() {
    return String.valueOf(getMessage());
  }

  public String instead() {
    return instead;
  }

  public String file() {
    return file;
  }

  public int line() {
    return line;
  }
}
