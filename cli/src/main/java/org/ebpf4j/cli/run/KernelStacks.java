package org.ebpf4j.cli.run;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ebpf4j.BpfObject;
import org.ebpf4j.RawMap;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.cli.input.KernelAddresses;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.MapType;

/// The stacks of the kernel that an event has, as functions: members that are arrays of addresses
/// (`u64 kstack[127]`, of which `kstack_sz` beside it may say how many bytes are there), and ids of
/// a map of stacks of the object (`int kern_stack_id`). They are told by their names. Stacks of
/// processes stay addresses: what they stand for is known in the process alone.
final class KernelStacks {
  private static final Pattern STACK =
      Pattern.compile("(?i).*(stack|backtrace|kaddrs|call_?chain).*");

  private static final Pattern ID = Pattern.compile("(?i).*stack_?(trace_?)?id");

  /// Whose name says that it is one of a process.
  private static final Pattern OF_PROCESS = Pattern.compile("(?i)(u|user)_?(stack|addrs|trace).*");

  /// The kernel's functions are read once.
  private static final KernelAddresses ADDRESSES = new KernelAddresses();

  /// More stacks are no event.
  private static final int MOST = 16;

  private static final List<String> LENGTHS = List.of("_sz", "_size", "_len", "_bytes");

  /// A member.
  ///
  /// @param at where it is in the event, in bytes
  /// @param size how many bytes it has; 0 for a flexible array
  /// @param id whether it is the id of a stack
  /// @param length the member that says how many bytes are there
  private record Member(String name, int at, int size, boolean id, Optional<Number> length) {}

  /// A member that is a number.
  private record Number(int at, int size) {}

  private final List<Member> members = new ArrayList<>();
  private final List<RawMap> maps;

  private KernelStacks(List<RawMap> maps) {
    this.maps = maps;
  }

  /// Those of a struct.
  ///
  /// @param maps the maps of stacks that ids are of
  static KernelStacks of(EventType type, List<? extends RawMap> maps) {
    var stacks = new KernelStacks(List.copyOf(maps));
    var types = type.types();
    if (types.type(types.resolve(type.id())) instanceof BtfType.Struct struct) {
      for (var member : struct.members()) {
        stacks.add(types, struct, member);
      }
    }
    return stacks;
  }

  /// The maps of stacks that an object has.
  static List<RawMap> maps(BpfObject object) {
    return object.maps().stream()
        .filter(m -> m.type() == MapType.STACK_TRACE.number())
        .map(m -> (RawMap) m)
        .toList();
  }

  private void add(Btf types, BtfType.Struct struct, BtfType.Member member) {
    var name = member.name();
    if (members.size() == MOST || member.bits() != 0 || member.bitOffset() % Byte.SIZE != 0) {
      return;
    }
    var at = (int) (member.bitOffset() / Byte.SIZE);
    switch (types.type(types.resolve(member.type()))) {
      case BtfType.Array array
          when STACK.matcher(name).matches()
              && types.type(types.resolve(array.element())) instanceof BtfType.Int element
              && element.size() == Long.BYTES
              && array.count() < 1 << 16 ->
          members.add(
              new Member(
                  name, at, (int) array.count() * Long.BYTES, false, length(types, struct, name)));
      case BtfType.Int number
          when ID.matcher(name).matches()
              && !OF_PROCESS.matcher(name).matches()
              && number.size() >= Integer.BYTES
              && number.size() <= Long.BYTES
              && !maps.isEmpty() ->
          members.add(new Member(name, at, number.size(), true, Optional.empty()));
      default -> {
        // No stack.
      }
    }
  }

  private static Optional<Number> length(Btf types, BtfType.Struct struct, String name) {
    for (var member : struct.members()) {
      if (member.bits() == 0
          && LENGTHS.stream().anyMatch(l -> member.name().equals(name + l))
          && types.type(types.resolve(member.type())) instanceof BtfType.Int number
          && (number.size() == Integer.BYTES || number.size() == Long.BYTES)) {
        return Optional.of(new Number((int) (member.bitOffset() / Byte.SIZE), number.size()));
      }
    }
    return Optional.empty();
  }

  /// Reads the kernel's functions now, where they will be asked for: the first event would have to
  /// wait for that.
  void prepare() {
    if (!members.isEmpty()) {
      ADDRESSES.place(-1);
    }
  }

  /// The stack of a member in one line, the innermost function first; `-` for none. Empty where the
  /// member is no stack, or an id that no map has.
  Optional<String> line(String name, byte[] event) {
    for (var member : members) {
      if (member.name().equals(name)) {
        return functions(member, event).map(all -> all.isEmpty() ? "-" : String.join(" < ", all));
      }
    }
    return Optional.empty();
  }

  /// The stacks of an event by the names of their members.
  Map<String, List<String>> all(byte[] event) {
    var stacks = new LinkedHashMap<String, List<String>>();
    members.forEach(m -> stacks.put(m.name(), functions(m, event).orElse(List.of())));
    return stacks;
  }

  /// Adds the stacks of an event; nothing where its type has none.
  void json(Json.Fields fields, byte[] event) {
    put(fields, all(event));
  }

  /// Adds stacks; nothing where there are none.
  static void put(Json.Fields fields, Map<String, List<String>> stacks) {
    if (!stacks.isEmpty()) {
      fields.putObject("stacks", json -> stacks.forEach(json::putStrings));
    }
  }

  private Optional<List<String>> functions(Member member, byte[] event) {
    var bytes = ByteBuffer.wrap(event).order(ByteOrder.nativeOrder());
    try {
      if (!member.id()) {
        var there = member.size() == 0 ? Math.max(0, event.length - member.at()) : member.size();
        var said = member.length().map(l -> number(bytes, l.at(), l.size())).orElse((long) there);
        var end = member.at() + Math.clamp(said, 0, there);
        return Optional.of(functions(bytes, member.at(), Math.min(end, event.length)));
      }
      var id = number(bytes, member.at(), member.size());
      return id < 0 ? Optional.empty() : stack((int) id);
    } catch (IndexOutOfBoundsException | BufferUnderflowException _) {
      return Optional.empty(); // The event ends before.
    }
  }

  /// What a map has for an id.
  private Optional<List<String>> stack(int id) {
    var key = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(id).array();
    for (var map : maps) {
      try {
        var value = map.lookup(key);
        if (value.isPresent()) {
          var bytes = ByteBuffer.wrap(value.get()).order(ByteOrder.nativeOrder());
          return Optional.of(functions(bytes, 0, value.get().length));
        }
      } catch (BpfException _) {
        // The number is shown: a map may not be readable.
      }
    }
    return Optional.empty();
  }

  /// Addresses up to the first zero. Those of the kernel have the highest bit.
  private List<String> functions(ByteBuffer bytes, int from, int to) {
    var functions = new ArrayList<String>();
    for (int at = from; at + Long.BYTES <= to && bytes.getLong(at) != 0; at += Long.BYTES) {
      var address = bytes.getLong(at);
      functions.add(address < 0 ? ADDRESSES.place(address) : "0x" + Long.toHexString(address));
    }
    return functions;
  }

  private static long number(ByteBuffer bytes, int at, int size) {
    return size == Integer.BYTES ? bytes.getInt(at) : bytes.getLong(at);
  }
}
