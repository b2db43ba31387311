package org.ebpf4j.program.internal.front;

import java.lang.classfile.TypeKind;
import java.util.Arrays;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Fields, arrays and static variables: what is in memory.
final class Memory {
  private static final int LARGEST_COPY = 256;
  private static final int STACK = 512;

  private final Unit unit;
  private final Flow flow;

  Memory(Unit unit, Flow flow) {
    this.unit = unit;
    this.flow = flow;
  }

  Unit unit() {
    return unit;
  }

  /// A place in memory.
  private record At(Value base, int offset) {}

  // Arrays

  static int length(Value array) {
    if (array.length < 0) {
      throw new Refusal(
          "an array whose length is not known when the program is compiled",
          "an array that is made here with a constant length, or a field of a class");
    }
    return array.length;
  }

  private static Class<?> element(Value array) {
    var type = array.type;
    if (type == null || !type.isArray()) {
      throw new Refusal("an array whose type is not known", "one array, not one of two");
    }
    return type.getComponentType();
  }

  Value newArray(TypeKind kind, Value length) {
    if (!length.isConstant() || length.number() < 0) {
      throw new Refusal("an array whose length is not constant", "new byte[64], for example");
    }
    Class<?> element =
        switch (kind) {
          case BYTE -> byte.class;
          case BOOLEAN -> boolean.class;
          case SHORT -> short.class;
          case CHAR -> char.class;
          case INT -> int.class;
          case LONG -> long.class;
          case FLOAT, DOUBLE, REFERENCE, VOID -> throw Layouts.floating();
        };
    var bytes = length.number() * Layouts.scalar(element);
    if (bytes > STACK) {
      throw tooLarge(bytes);
    }
    var array = flow.allocate((int) bytes, element.arrayType(), true);
    array.length = (int) length.number();
    return array;
  }

  static Refusal tooLarge(long bytes) {
    return new Refusal(
        "an object of " + bytes + " bytes, where the stack of a program has 512",
        "a static array, or an ArrayMap or PerCpuArray with one entry that holds it");
  }

  private At at(Value array, Value index) {
    flow.nonNull(array);
    var bytes = Layouts.scalar(element(array));
    var length = length(array);
    if (bytes == 0) {
      throw new Refusal("an array of objects", "arrays of numbers");
    }
    flow.faultIf(
        Condition.GE, false, index, Flow.number(length), ArrayIndexOutOfBoundsException.class);
    if (index.isConstant()) {
      var inside = index.number() >= 0 && index.number() < length;
      return new At(array, inside ? (int) index.number() * bytes : 0);
    }
    var scaled =
        bytes == 1
            ? index
            : flow.add(
                new Operation.Binary(AluOperation.LSH),
                ValueKind.LONG,
                index,
                Flow.constant(ValueKind.LONG, Integer.numberOfTrailingZeros(bytes)));
    var place = flow.add(new Operation.Binary(AluOperation.ADD), ValueKind.POINTER, array, scaled);
    return new At(place, 0);
  }

  Value loadElement(Value array, Value index) {
    if (array.operation instanceof Operation.Known(var what) && what instanceof SwitchMap) {
      var chosen = Value.known(what);
      chosen.inputs = new Value[] {index};
      return chosen;
    }
    var element = element(array);
    var at = at(array, index);
    return flow.load(
        at.base,
        at.offset,
        Layouts.scalar(element),
        Layouts.signed(element),
        Layouts.kind(element));
  }

  void storeElement(Value array, Value index, Value value) {
    var at = at(array, index);
    flow.store(at.base, at.offset, Layouts.scalar(element(array)), value);
  }

  // Fields

  private Layout.Place place(Class<?> owner, String name) {
    var place = unit.layouts.of(owner).places().get(name);
    if (place == null) {
      throw new Refusal("no field " + owner.getSimpleName() + "." + name, "");
    }
    return place;
  }

  private static Value object(Value object) {
    if (object.operation instanceof Operation.Known) {
      throw new Refusal("a field of an object that no memory holds", "");
    }
    return object;
  }

  Value getField(Value object, Class<?> owner, String name) {
    var place = place(owner, name);
    flow.nonNull(object(object));
    var type = place.type();
    if (place.isArray() || Layouts.isAtomic(type) || Layouts.scalar(type) == 0) {
      return flow.pointer(object, place.offset(), type, place.length());
    }
    return flow.load(object, place.offset(), place.bytes(), place.signed(), Layouts.kind(type));
  }

  void putField(Value object, Class<?> owner, String name, Value value) {
    var place = place(owner, name);
    flow.nonNull(object(object));
    if (place.type().isPrimitive()) {
      flow.store(object, place.offset(), place.bytes(), value);
      return;
    }
    if (value.isConstant() || value.type == null) {
      throw new Refusal(
          "a reference in field " + owner.getSimpleName() + "." + name,
          "the numbers themselves: fields hold no references");
    }
    var bytes = place.bytes() * Math.max(1, place.length());
    if (place.isArray() && length(value) != place.length()) {
      throw new Refusal(
          "an array of " + length(value) + " in a field of " + place.length(),
          "arrays of the same length");
    }
    if (!isFresh(value)) {
      copy(value, object, place.offset(), bytes);
    }
  }

  /// Whether it is an array or object that was just made and holds nothing but zeroes.
  private boolean isFresh(Value value) {
    if (!(value.operation instanceof Operation.Allocate)) {
      return false;
    }
    var values = flow.current.values;
    if (values.size() < 2) {
      return false;
    }
    var last = values.getLast();
    return last.operation instanceof Operation.Zero && last.input(0) == value;
  }

  /// Bytes from one place to another.
  void copy(Value from, Value to, int offset, int bytes) {
    if (bytes > LARGEST_COPY) {
      throw new Refusal(
          "a copy of " + bytes + " bytes", "a loop, or the place itself where it is to be");
    }
    var start = from.operation instanceof Operation.Offset(var by) ? by : 0;
    int done = 0;
    while (done < bytes) {
      var step = Integer.highestOneBit(Math.min(8, bytes - done));
      while ((offset + done) % step != 0 || (start + done) % step != 0) {
        step /= 2;
      }
      var kind = step == 8 ? ValueKind.LONG : ValueKind.INT;
      flow.store(to, offset + done, step, flow.load(from, done, step, false, kind));
      done += step;
    }
  }

  // Static fields

  @SuppressWarnings("EnumOrdinal") // javac's switches go by ordinals.
  Value getStatic(Class<?> owner, String name) {
    if (name.equals("$assertionsDisabled")) {
      return Flow.number(1);
    }
    var field = Classes.field(owner, name);
    if (name.startsWith("$SwitchMap$") && unit.statics.constant(field) instanceof int[] cases) {
      return Value.known(new SwitchMap(Arrays.stream(cases).boxed().toList()));
    }
    if (field.isEnumConstant() && unit.statics.constant(field) instanceof Enum<?> constant) {
      var value = Flow.number(constant.ordinal());
      value.type = owner;
      return value;
    }
    if (Statics.mapType(field.getType()).isPresent()) {
      return Value.known(unit.statics.map(field));
    }
    if (!Statics.isVariable(field.getType())) {
      if (field.getType() == String.class && unit.statics.constant(field) instanceof String text) {
        return Value.known(text);
      }
      return Value.known(unit.statics.map(field));
    }
    var variable = unit.statics.variable(field);
    var address = address(variable);
    if (!field.getType().isPrimitive()) {
      return address;
    }
    return flow.load(
        address, 0, variable.bytes(), variable.signed(), Layouts.kind(field.getType()));
  }

  void putStatic(Class<?> owner, String name, Value value) {
    var field = Classes.field(owner, name);
    if (!field.getType().isPrimitive()) {
      throw new Refusal(
          "a reference that is stored in the static field " + name,
          "a map, or a number: static fields of programs hold no references");
    }
    var variable = unit.statics.variable(field);
    flow.store(address(variable), 0, variable.bytes(), value);
  }

  private Value address(Variable variable) {
    var address =
        flow.add(
            new Operation.DataAddress(variable.section(), variable.offset()), ValueKind.POINTER);
    address.type = variable.type();
    address.length = variable.length();
    return address;
  }

  /// A value in memory: where it is there already, there, else on the stack.
  Value inMemory(Value value, Class<?> type) {
    if (value.operation instanceof Operation.Known) {
      throw new Refusal("a value that no memory holds", "a number, a record or an object");
    }
    if (value.kind == ValueKind.POINTER) {
      flow.nonNull(value);
      return value;
    }
    var bytes = Layouts.scalar(type);
    if (bytes == 0) {
      throw new Refusal("a number in place of " + type.getSimpleName(), "");
    }
    var room = flow.allocate(bytes, type, false);
    flow.store(room, 0, bytes, value);
    return room;
  }
}
