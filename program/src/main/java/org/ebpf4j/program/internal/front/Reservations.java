package org.ebpf4j.program.internal.front;

import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// Room in rings that is given up where it is not submitted.
final class Reservations {
  private static final int RINGBUF_SUBMIT = 132;

  private final Flow flow;

  Reservations(Flow flow) {
    this.flow = flow;
  }

  /// What was reserved, as an object.
  Value of(Value room) {
    var type = room.type;
    if (type == null) {
      throw new Refusal("a reservation in a ring whose events have no class", "a class of fields");
    }
    return Value.known(new Reserved(flow.faults.variable(room), type));
  }

  @Nullable Value invoke(Reserved reserved, String name) {
    var room = flow.read(reserved.variable(), ValueKind.POINTER);
    if (room.type == null && !room.isConstant()) {
      room.type = reserved.event();
    }
    return switch (name) {
      case "event" -> room;
      case "submit" -> {
        flow.faultIf(
            Condition.EQ,
            true,
            room,
            Flow.constant(ValueKind.POINTER, 0),
            IllegalStateException.class);
        finish(reserved, room, RINGBUF_SUBMIT);
        yield null;
      }
      case "close" -> {
        close(reserved, room);
        yield null;
      }
      default -> throw new Refusal("Reservation." + name, "event, submit and close");
    };
  }

  private void finish(Reserved reserved, Value room, int how) {
    flow.add(new Operation.HelperCall(how), ValueKind.NOTHING, room, Flow.number(0));
    flow.write(reserved.variable(), Flow.constant(ValueKind.POINTER, 0));
  }

  private void close(Reserved reserved, Value room) {
    if (room.isConstant()) {
      return;
    }
    var held = flow.fresh();
    var join = flow.awaited(2, null);
    flow.branch(Condition.EQ, true, room, Flow.constant(ValueKind.POINTER, 0), join, held);
    flow.current = held;
    finish(reserved, room, HelperCalls.RINGBUF_DISCARD);
    flow.go(join);
    flow.current = join;
    flow.write(reserved.variable(), Flow.constant(ValueKind.POINTER, 0));
  }
}
