package org.ebpf4j.context;

/// A field of a struct that programs see as their context.
///
/// @param name its name in C
/// @param offset where it is
/// @param width its bytes; of an array those of one element
/// @param count how many elements it has; 1 for what is no array
/// @param kind what is there
/// @param partial whether a part of it may be read, by fewer bytes
/// @param wide whether two elements may be read or written at once, where their address is a
///   multiple of 8
/// @param four whether it may also be read by 4 bytes, where it is narrower
/// @param pointee what a pointer points to
/// @param since the first kernel that has it, as `major << 8 | minor`; 0 where it is older than the
///   kernels that are told apart
public record ContextField(
    String name,
    int offset,
    int width,
    int count,
    Kind kind,
    Partial partial,
    boolean wide,
    boolean four,
    Pointee pointee,
    int since) {
  private static final int WIDE = 8;
  private static final int FOUR = 4;

  /// What is in a field.
  public enum Kind {
    /// A number that is kept as it is.
    PLAIN,
    /// Bytes that may be read and written in any size.
    BYTES,
    /// The address of the first byte of the packet.
    DATA,
    /// The address behind the last byte of the packet.
    DATA_END,
    /// The address of the metadata before the packet.
    DATA_META,
    /// How many bytes the packet has.
    LENGTH,
    /// The address of something else.
    POINTER
  }

  /// Which parts of a field may be read.
  public enum Partial {
    /// All of it only.
    NONE,
    /// Its first bytes.
    FIRST,
    /// Any two bytes or more, at a multiple of their number.
    PAIRS,
    /// Any bytes, at a multiple of their number.
    ANY
  }

  /// What a pointer points to, as the verifier takes it.
  public enum Pointee {
    /// It is no pointer, or nothing is known of what is there.
    NONE(""),
    /// A `struct bpf_flow_keys`.
    FLOW_KEYS("flow_keys"),
    /// A `struct bpf_sock` of a full socket.
    SOCKET("socket"),
    /// The same, or null.
    SOCKET_OR_NULL("socket?"),
    /// A `struct sock_common`, or null.
    SOCKET_COMMON_OR_NULL("sock_common?"),
    /// A `struct nf_hook_state` of the kernel.
    HOOK_STATE("nf_hook_state"),
    /// A `struct sk_buff` of the kernel.
    SOCKET_BUFFER("sk_buff");

    private final String word;

    Pointee(String word) {
      this.word = word;
    }

    static Pointee of(String word) {
      for (var value : values()) {
        if (value.word.equals(word)) {
          return value;
        }
      }
      throw new IllegalArgumentException("unknown target of a pointer: " + word);
    }
  }

  /// How many bytes all of it has.
  public int size() {
    return width * count;
  }

  /// Whether a part of it may be read.
  public boolean narrow() {
    return partial != Partial.NONE;
  }

  /// Whether a program may read so many bytes at an offset of the struct.
  public boolean mayBeRead(int at, int bytes) {
    var inside = at - offset;
    if (kind == Kind.BYTES) {
      return inside + bytes <= size() && inside % bytes == 0;
    }
    if (bytes == width) {
      return inside % width == 0;
    }
    if (isWide(at, bytes) || (four && bytes == FOUR && inside == 0)) {
      return true;
    }
    return bytes < width
        && switch (partial) {
          case NONE -> false;
          case FIRST -> inside % width == 0;
          case PAIRS -> bytes > 1 && inside % bytes == 0;
          case ANY -> inside % bytes == 0;
        };
  }

  /// Whether a program may write so many bytes there, where it may write to the field at all.
  public boolean mayBeWritten(int at, int bytes) {
    var inside = at - offset;
    return kind == Kind.BYTES
        ? inside + bytes <= size() && inside % bytes == 0
        : (bytes == width && inside % width == 0) || isWide(at, bytes);
  }

  private boolean isWide(int at, int bytes) {
    return wide && bytes == WIDE && at % WIDE == 0 && at - offset + WIDE <= size();
  }
}
