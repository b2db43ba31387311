package org.ebpf4j.vm.internal.context;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Fentry;
import org.ebpf4j.attach.Fexit;
import org.ebpf4j.attach.FmodRet;
import org.ebpf4j.attach.Fsession;
import org.ebpf4j.attach.Ksyscall;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.UprobeMulti;
import org.ebpf4j.attach.Uretprobe;
import org.ebpf4j.attach.Usdt;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.vm.internal.memory.BuiltinTypes;
import org.ebpf4j.vm.internal.memory.ContextRegion;
import org.ebpf4j.vm.internal.memory.KernelTypes;
import org.ebpf4j.vm.internal.memory.TypedBytes;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.ebpf4j.vm.memory.Context;
import org.ebpf4j.vm.memory.Context.Assignment;
import org.ebpf4j.vm.memory.Context.Value;
import org.ebpf4j.vm.memory.MemoryObject;
import org.ebpf4j.vm.memory.VirtualMemory;

/// Lays a [Context] out for a program: as a struct, as registers, or as an array of arguments.
public final class ContextLayout {
  /// The registers of x86-64 that arguments are in, in the order of the arguments.
  private static final List<String> REGISTERS = List.of("di", "si", "dx", "cx", "r8", "r9");

  /// The same for system calls.
  private static final List<String> SYSCALL = List.of("di", "si", "dx", "r10", "r8", "r9");

  private static final String DATA = "__data_loc_";
  private static final String RELATIVE_DATA = "__rel_loc_";

  private final VirtualMemory memory;
  private final KernelSymbols symbols;
  private final LoadedCode program;
  private final Optional<AttachPoint> point;
  private final Context context;
  private final Optional<Iteration> iteration;

  /// What is known of functions of the kernel.
  ///
  /// @param named where types are looked up by name
  /// @param types the types of the kernel, where there are any
  /// @param addresses the addresses of symbols, by name
  public record KernelSymbols(
      KernelTypes named, Optional<Btf> types, java.util.Map<String, Long> addresses) {}

  /// @param point the place that is reached, where that is known
  /// @param iteration what the program is part of, where it is an iterator's
  public ContextLayout(
      VirtualMemory memory,
      KernelSymbols symbols,
      LoadedCode program,
      Optional<AttachPoint> point,
      Context context,
      Optional<Iteration> iteration) {
    this.memory = memory;
    this.symbols = symbols;
    this.program = program;
    this.point = point.or(() -> program.spec().attachPoint());
    this.context = context;
    this.iteration = iteration;
  }

  /// The context of one run, and what is to be freed after it.
  ///
  /// @param cookie what the program is given as its cookie, where that is not the place's
  public record Made(ContextRegion region, List<MemoryObject> objects, OptionalLong cookie) {
    Made(ContextRegion region, List<MemoryObject> objects) {
      this(region, objects, OptionalLong.empty());
    }
  }

  /// @throws NotFoundException where the context names a type, a field or an argument that there is
  ///   not; offers near ones
  /// @throws IllegalArgumentException where a value does not fit
  /// @throws BpfException where the type of program has no context of this kind
  public Made make() {
    if (context.type().isPresent()) {
      return struct(context.type().get());
    }
    return switch (program.type()) {
      case KPROBE ->
          point.orElse(null) instanceof Usdt probe && UsdtArguments.wants(program)
              ? staticProbe(probe)
              : registers();
      case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE, TRACING, LSM, EXT ->
          new Made(array(), List.of());
      default ->
          throw new BpfException(
              "program '"
                  + program.name()
                  + "' ("
                  + program.type().label()
                  + ") is not given the arguments of a function\n  try: Context.of(…) with the name of a struct");
    };
  }

  // A struct.

  private Made struct(String name) {
    var named = symbols.named().find(name, program.types());
    var size = (int) named.types().size(named.id());
    var value = new TypedBytes(named.types(), named.id(), new byte[size], 0);
    var meta = iteration.map(i -> List.of(i.begin(value))).orElse(List.of());
    var all = new ArrayList<byte[]>();
    int end = size;
    for (var field : context.fields()) {
      var content = dynamic(value, field);
      if (content.isPresent()) {
        locate(value, field.path(), content.get().length, end);
        all.add(content.get());
        end += content.get().length;
      } else {
        write(value, field);
      }
    }
    var bytes = Arrays.copyOf(value.bytes(), end);
    int at = size;
    for (var content : all) {
      System.arraycopy(content, 0, bytes, at, content.length);
      at += content.length;
    }
    var writable = program.type() == ProgramType.SYSCALL;
    return new Made(new ContextRegion(bytes, writable, -1, context.result(), 0), meta);
  }

  /// What is written to a field whose content stands behind the struct; empty for any other.
  private static Optional<byte[]> dynamic(TypedBytes value, Assignment field) {
    if (value.has(field.path())
        || !(value.has(DATA + field.path()) || value.has(RELATIVE_DATA + field.path()))) {
      return Optional.empty();
    }
    return Optional.of(
        switch (field.value()) {
          case Value.Text(var text) -> {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            yield Arrays.copyOf(bytes, bytes.length + 1);
          }
          case Value.Bytes(var bytes) -> bytes;
          case Value.Number(var number) ->
              throw new IllegalArgumentException(
                  "'" + field.path() + "' has text or bytes, not the number " + number);
        });
  }

  private static void locate(TypedBytes value, String name, int length, int at) {
    var relative = !value.has(DATA + name);
    var member = (relative ? RELATIVE_DATA : DATA) + name;
    var place = value.place(member);
    var from = relative ? at - value.start(place) - value.size(place) : at;
    value.setNumber(place, member, (long) length << 16 | from);
  }

  private static void write(TypedBytes value, Assignment field) {
    var place = value.place(field.path());
    switch (field.value()) {
      case Value.Number(var number) -> value.setNumber(place, field.path(), number);
      case Value.Text(var text) -> value.setText(place, field.path(), text);
      case Value.Bytes(var bytes) -> value.set(place, field.path(), bytes);
    }
  }

  // Arguments.

  /// The names of the arguments, as they were given or as the kernel's types have them.
  private List<String> names() {
    if (!context.names().isEmpty()) {
      return context.names();
    }
    return point
        .flatMap(place -> symbols.types().flatMap(types -> Prototypes.parameters(types, place)))
        .orElse(List.of());
  }

  private static OptionalInt index(String path) {
    return path.matches("\\[[0-9]{1,2}]")
        ? OptionalInt.of(Integer.parseInt(path.substring(1, path.length() - 1)))
        : OptionalInt.empty();
  }

  private static long number(Assignment field) {
    if (field.value() instanceof Value.Number(var number)) {
      return number;
    }
    throw new IllegalArgumentException(
        "'"
            + field.path()
            + "': an argument is a number or the address of an object\n  try: memory().text(…) or memory().userText(…)");
  }

  private NotFoundException unknown(String name, List<String> known) {
    return new NotFoundException(
        "argument",
        name,
        known,
        known.isEmpty()
            ? "No types of the kernel say the names of those of "
                + point.map(AttachPoint::describe).orElse("the hook")
            : "",
        known.isEmpty() ? "set(0, …), or Context.arguments(\"" + name + "\", …)" : "");
  }

  private ContextRegion array() {
    var names = names();
    var fields = context.fields();
    int count =
        Math.max(
            names.size(),
            fields.stream().mapToInt(f -> index(f.path()).orElse(-1) + 1).max().orElse(0));
    var values = new long[count + 1];
    for (var field : fields) {
      var at = index(field.path()).orElseGet(() -> names.indexOf(field.path()));
      if (at < 0) {
        throw unknown(field.path(), names);
      }
      values[at] = number(field);
    }
    values[count] = context.result().orElse(0);
    var bytes = new byte[Long.BYTES * values.length];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return new ContextRegion(bytes, false, count, result(), function());
  }

  /// What `bpf_get_func_ret` says: nothing at the begin of a function.
  private OptionalLong result() {
    return switch (point.orElse(null)) {
      case Fentry _ -> OptionalLong.empty();
      case Fexit _, FmodRet _, Fsession _ -> OptionalLong.of(context.result().orElse(0));
      case null, default -> context.result();
    };
  }

  /// The arguments of a static probe are told in a map; registers may be set by their names.
  private Made staticProbe(Usdt probe) {
    var names = names();
    var registers = newRegisters();
    var values = new TreeMap<Integer, Long>();
    for (var field : context.fields()) {
      var at = index(field.path()).orElseGet(() -> names.indexOf(field.path()));
      if (at >= 0) {
        values.put(at, number(field));
      } else if (registers.has(field.path())) {
        set(registers, field.path(), number(field));
      } else {
        throw unknown(field.path(), names.isEmpty() ? registerNames(registers) : names);
      }
    }
    var all = new long[values.isEmpty() ? 0 : values.lastKey() + 1];
    values.forEach((index, value) -> all[index] = value);
    var element = UsdtArguments.tell(program, all, probe.cookie());
    return new Made(
        new ContextRegion(registers.bytes(), false, -1, context.result(), 0),
        List.of(),
        OptionalLong.of(element));
  }

  private Made registers() {
    var names = names();
    var syscall = point.filter(Ksyscall.class::isInstance).isPresent();
    var outer = newRegisters();
    var inner = syscall ? newRegisters() : outer;
    var order = syscall ? SYSCALL : REGISTERS;
    set(outer, "ip", function());
    var behind = new TreeMap<Integer, Long>();
    for (var field : context.fields()) {
      var at = index(field.path()).orElseGet(() -> names.indexOf(field.path()));
      if (at >= order.size() && syscall) {
        throw new IllegalArgumentException(
            "'" + field.path() + "': a system call has " + order.size() + " arguments at most");
      }
      if (at >= order.size()) {
        behind.put(at - order.size(), number(field));
        continue;
      }
      if (at < 0 && !outer.has(field.path())) {
        throw unknown(field.path(), names.isEmpty() ? registerNames(outer) : names);
      }
      set(at < 0 ? outer : inner, at < 0 ? field.path() : order.get(at), number(field));
    }
    context.result().ifPresent(result -> set(outer, "ax", result));
    var objects = new ArrayList<MemoryObject>();
    if (!behind.isEmpty()) {
      var stack = stack(behind);
      objects.add(stack);
      set(outer, "sp", stack.address());
    }
    if (syscall) {
      var object = memory.bytes(inner.bytes());
      objects.add(object);
      set(outer, "di", object.address());
    }
    return new Made(
        new ContextRegion(outer.bytes(), false, -1, context.result(), function()), objects);
  }

  /// The arguments that are in no register: they are on the stack, behind the address that the
  /// function returns to.
  private MemoryObject stack(SortedMap<Integer, Long> values) {
    var bytes =
        ByteBuffer.allocate(Long.BYTES * (values.lastKey() + 2)).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach((index, value) -> bytes.putLong(Long.BYTES * (index + 1), value));
    var user = point.filter(ContextLayout::isOfProcess).isPresent();
    return user ? memory.userBytes(bytes.array()) : memory.bytes(bytes.array());
  }

  private static boolean isOfProcess(AttachPoint place) {
    return place instanceof Uprobe || place instanceof Uretprobe || place instanceof UprobeMulti;
  }

  private static List<String> registerNames(TypedBytes registers) {
    return List.copyOf(org.ebpf4j.btf.text.ValuePlace.names(registers.types(), registers.type()));
  }

  private static TypedBytes newRegisters() {
    var types = BuiltinTypes.get();
    var id = IntStream.of(types.ids("pt_regs")).findFirst().orElseThrow();
    return new TypedBytes(types, id, new byte[(int) types.size(id)], 0);
  }

  private static void set(TypedBytes registers, String name, long value) {
    registers.setNumber(registers.place(name), name, value);
  }

  private long function() {
    return point
        .flatMap(Prototypes::function)
        .map(name -> symbols.addresses().getOrDefault(name, 0L))
        .orElse(0L);
  }
}
