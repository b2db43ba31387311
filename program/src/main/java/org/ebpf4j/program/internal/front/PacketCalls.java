package org.ebpf4j.program.internal.front;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// The bytes of packets. Each access is checked against the end of the packet, and the check stays
/// before the access: what the verifier has to see is one register that was compared with the end
/// and is then read.
final class PacketCalls {
  /// Places in packets that are not constant are below this, as the verifier asks.
  private static final int FARTHEST = 0x7fff;

  private final Flow flow;

  PacketCalls(Flow flow) {
    this.flow = flow;
  }

  @Nullable Value invoke(Value packet, Method method, List<Value> arguments) {
    var data = packet.input(0);
    var end = packet.input(1);
    return switch (method.getName()) {
      case "has" -> {
        var length = arguments.getFirst();
        if (!length.isConstant()) {
          throw new Refusal("has() with a length that is not constant", "a constant length");
        }
        yield new Value(
            new Operation.Comparison(Condition.LE, true),
            ValueKind.INT,
            flow.pointer(data, length.number(), null, -1),
            end);
      }
      case "length" ->
          flow.add(
              new Operation.Cut(),
              ValueKind.INT,
              flow.add(new Operation.Binary(AluOperation.SUB), ValueKind.LONG, end, data));
      default -> access(data, end, method, arguments);
    };
  }

  private @Nullable Value access(Value data, Value end, Method method, List<Value> arguments) {
    var name = method.getName();
    var store = method.getReturnType() == void.class;
    var access = store ? name.replaceFirst("^(put|set)", "").toLowerCase(Locale.ROOT) : name;
    var order = access.replaceAll("\\d", "");
    var bits = access.replaceAll("\\D", "");
    if (!List.of("u", "s", "be", "le").contains(order)
        || !List.of("8", "16", "32", "64").contains(bits)) {
      throw new Refusal("Packet." + name, "u8, be16, be32 and their like");
    }
    var bytes = Integer.parseInt(bits) / 8;
    var big = order.equals("be") && bytes > 1;
    var kind = bytes == 8 ? ValueKind.LONG : ValueKind.INT;
    var at = at(data, end, arguments.getFirst(), bytes);
    if (store) {
      var value = arguments.get(1);
      flow.store(
          at.base(),
          at.offset(),
          bytes,
          big ? flow.add(new Operation.Swap(bytes), kind, value) : value);
      return null;
    }
    var loaded = flow.load(at.base(), at.offset(), bytes, order.equals("s"), kind);
    var value = big ? flow.add(new Operation.Swap(bytes), kind, loaded) : loaded;
    return method.getReturnType() == long.class && kind == ValueKind.INT
        ? flow.add(new Operation.Cut(), ValueKind.LONG, value)
        : value;
  }

  private record At(Value base, int offset) {}

  private At at(Value data, Value end, Value at, int bytes) {
    if (at.isConstant()) {
      if (at.number() < 0 || at.number() > FARTHEST) {
        throw new Refusal("place " + at.number() + " in a packet", "one from 0 to " + FARTHEST);
      }
      var offset = (int) at.number();
      flow.faultIf(
          Condition.GT,
          true,
          flow.pointer(data, offset + bytes, null, -1),
          end,
          IndexOutOfBoundsException.class);
      return new At(data, offset);
    }
    flow.faultIf(Condition.GT, false, at, Flow.number(FARTHEST), IndexOutOfBoundsException.class);
    var base = flow.add(new Operation.Binary(AluOperation.ADD), ValueKind.POINTER, data, at);
    flow.faultIf(
        Condition.GT,
        true,
        flow.pointer(base, bytes, null, -1),
        end,
        IndexOutOfBoundsException.class);
    return new At(base, 0);
  }
}
