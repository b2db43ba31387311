package org.ebpf4j.vm.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What a program is given when its hook is reached, by the names of C. It is laid out for each
/// program when that runs, by the types of the kernel, of the program's object, or of what programs
/// know without BTF.
///
/// {@snippet :
/// kernel.fire(
///     new Tracepoint("syscalls", "sys_enter_execve"),
///     Context.of("trace_event_raw_sys_enter").set("id", 59).set("args[0]", path));
/// kernel.fire(new Kprobe("do_unlinkat"), Context.arguments().set(0, -100).set(1, name));
/// }
///
/// It may be used again. It may be changed by one thread at a time.
public final class Context {
  private final Optional<String> type;
  private final List<String> names;
  private final List<Assignment> fields = new ArrayList<>();
  private OptionalLong result = OptionalLong.empty();
  private OptionalInt cpu = OptionalInt.empty();

  /// A part, and what is written there.
  public record Assignment(String path, Value value) {}

  /// What is written. A value.
  public sealed interface Value {
    /// A number, or an address.
    record Number(long number) implements Value {}

    /// Text, or a value as C writes it.
    record Text(String text) implements Value {}

    /// Bytes. They are the ones that are kept: nobody may change them.
    @SuppressWarnings("ArrayRecordComponent") // Read only, and never compared.
    record Bytes(byte[] bytes) implements Value {}
  }

  private Context(Optional<String> type, List<String> names) {
    this.type = type;
    this.names = names;
  }

  /// A context that is a struct, such as `trace_event_raw_sys_enter`, `bpf_perf_event_data`,
  /// `bpf_iter__task`, or what a program of the type `syscall` expects.
  ///
  /// @param type the name of the struct
  public static Context of(String type) {
    return new Context(Optional.of(type), List.of());
  }

  /// The arguments of a function, or of a tracepoint: what kprobes, uprobes, fentry, raw
  /// tracepoints, LSM hooks and the like see. How they come to the program depends on its type: in
  /// registers of x86-64, or as an array of numbers.
  ///
  /// @param names the names of the arguments, in order. Without, they are those that the types of
  ///   the kernel have for the function of the hook; arguments can always be set by index.
  public static Context arguments(String... names) {
    return new Context(Optional.empty(), List.of(names));
  }

  private Context with(String path, Value value) {
    fields.add(new Assignment(path, value));
    return this;
  }

  /// Sets a part to a number. Members of members are `regs.ip`, elements of arrays `args[1]`.
  public Context set(String path, long number) {
    return with(path, new Value.Number(number));
  }

  /// Sets a part to text: an array of characters, or a field `__data_loc` or `__rel_loc` of a
  /// tracepoint, by its own name; otherwise a value as C writes it.
  public Context set(String path, String text) {
    return with(path, new Value.Text(text));
  }

  /// Sets a part to bytes; also a field `__data_loc` or `__rel_loc` of a tracepoint.
  public Context set(String path, byte[] bytes) {
    return with(path, new Value.Bytes(bytes.clone()));
  }

  /// Sets a part to the address of an object.
  public Context set(String path, MemoryObject target) {
    return set(path, target.address());
  }

  /// Sets an argument.
  ///
  /// @param index which, from 0
  public Context set(int index, long number) {
    return set("[" + index + "]", number);
  }

  /// Sets an argument to the address of an object.
  ///
  /// @param index which, from 0
  public Context set(int index, MemoryObject target) {
    return set(index, target.address());
  }

  /// Says what the function returned, for programs that see that.
  public Context returned(long value) {
    result = OptionalLong.of(value);
    return this;
  }

  /// Says what the function returned: the address of an object.
  public Context returned(MemoryObject target) {
    return returned(target.address());
  }

  /// Says on which CPU programs run.
  ///
  /// @throws IllegalArgumentException below 0
  public Context cpu(int id) {
    if (id < 0) {
      throw new IllegalArgumentException("there is no CPU " + id);
    }
    cpu = OptionalInt.of(id);
    return this;
  }

  /// The name of the struct; empty for arguments.
  public Optional<String> type() {
    return type;
  }

  /// The names of the arguments that it was made with.
  public List<String> names() {
    return names;
  }

  /// What was set, in this order.
  public List<Assignment> fields() {
    return List.copyOf(fields);
  }

  /// What the function returned, where that was said.
  public OptionalLong result() {
    return result;
  }

  /// The CPU, where one was said.
  public OptionalInt cpu() {
    return cpu;
  }
}
