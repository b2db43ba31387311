package org.ebpf4j.insn;

import java.util.List;

/// What the verifier asks of the arguments of a helper function, and what it says of the result
/// (`struct bpf_func_proto` in `include/linux/bpf.h`).
///
/// @param result what comes back in r0
/// @param arguments what has to be in r1, r2, …; at most five
public record HelperSignature(Result result, List<Argument> arguments) {
  private static final int MOST = 5;

  /// Copies what can change.
  ///
  /// @throws IllegalArgumentException for more than five arguments
  public HelperSignature {
    arguments = List.copyOf(arguments);
    if (arguments.size() > MOST) {
      throw new IllegalArgumentException(
          "a helper function with " + arguments.size() + " arguments; there are at most " + MOST);
    }
  }

  /// What an argument has to be.
  ///
  /// @param kind what it is
  /// @param nullable whether it may be null
  /// @param access what the function does with the memory that it points to
  /// @param fixedSize whether the memory has the size of the type in the prototype; other memory
  ///   has the size that the next argument says
  /// @param releases whether the call takes the reference away that the argument holds
  public record Argument(
      Kind kind, boolean nullable, Access access, boolean fixedSize, boolean releases) {
    /// Whether it points to memory, or to an object of the kernel.
    public boolean isPointer() {
      return switch (kind) {
        case ANYTHING, SCALAR, SIZE, SIZE_OR_ZERO, ALLOCATION_SIZE -> false;
        case CONTEXT,
            MAP,
            MAP_KEY,
            MAP_VALUE,
            MEMORY,
            SPIN_LOCK,
            SOCKET_COMMON,
            SOCKET,
            BTF_OBJECT,
            BTF_SOCKET_COMMON,
            PERCPU_OBJECT,
            RINGBUF_RECORD,
            FUNCTION,
            STACK,
            CONSTANT_STRING,
            TIMER,
            KPTR_DESTINATION,
            DYNPTR,
            LOCAL_DYNPTR,
            RINGBUF_DYNPTR ->
            true;
      };
    }
  }

  /// What a function does with memory that an argument points to.
  public enum Access {
    /// It is not memory, or the function may do either.
    UNSPECIFIED,
    /// It reads.
    READ,
    /// It writes all of it, so that nothing has to be there before.
    WRITE
  }

  /// The kinds of arguments (`enum bpf_arg_type`).
  public enum Kind {
    /// Any value that has been set: a number or a pointer.
    ANYTHING,
    /// A number.
    SCALAR,
    /// The program's context.
    CONTEXT,
    /// A map, known when the program is loaded.
    MAP,
    /// A key of the map in an argument before.
    MAP_KEY,
    /// A value of the map in an argument before.
    MAP_VALUE,
    /// Memory: on the stack, in a packet, in a value of a map.
    MEMORY,
    /// The size of the memory in the argument before, above 0.
    SIZE,
    /// The size of the memory in the argument before.
    SIZE_OR_ZERO,
    /// How many bytes to reserve, known when the program is loaded.
    ALLOCATION_SIZE,
    /// A `struct bpf_spin_lock`.
    SPIN_LOCK,
    /// A `struct sock_common`.
    SOCKET_COMMON,
    /// A `struct bpf_sock` of a full socket.
    SOCKET,
    /// A structure of the kernel, of the type in the prototype.
    BTF_OBJECT,
    /// A `struct sock_common` of the kernel, or a `struct bpf_sock`.
    BTF_SOCKET_COMMON,
    /// A per-CPU variable of the kernel.
    PERCPU_OBJECT,
    /// A record that was reserved in a ring buffer.
    RINGBUF_RECORD,
    /// A function of the program.
    FUNCTION,
    /// Memory on the stack.
    STACK,
    /// Text that ends with a zero byte and does not change.
    CONSTANT_STRING,
    /// A `struct bpf_timer` in a value of a map.
    TIMER,
    /// A kernel pointer in a value of a map.
    KPTR_DESTINATION,
    /// A dynptr of any kind.
    DYNPTR,
    /// A dynptr to memory of the program.
    LOCAL_DYNPTR,
    /// A dynptr to a record of a ring buffer.
    RINGBUF_DYNPTR
  }

  /// What comes back.
  ///
  /// @param kind what it is
  /// @param nullable whether it may be null, which has to be checked before it is used
  public record Result(ResultKind kind, boolean nullable) {}

  /// The kinds of results (`enum bpf_return_type`).
  public enum ResultKind {
    /// A number.
    INTEGER,
    /// Nothing.
    VOID,
    /// A value of the map in an argument.
    MAP_VALUE,
    /// A `struct bpf_sock`.
    SOCKET,
    /// A `struct bpf_tcp_sock`.
    TCP_SOCKET,
    /// A `struct sock_common`.
    SOCKET_COMMON,
    /// Memory.
    MEMORY,
    /// A record in a ring buffer, which has to be submitted or discarded.
    RINGBUF_RECORD,
    /// Memory, or a structure of the kernel, as the argument was.
    MEMORY_OR_OBJECT,
    /// A structure of the kernel, of the type in the prototype.
    BTF_OBJECT
  }
}
