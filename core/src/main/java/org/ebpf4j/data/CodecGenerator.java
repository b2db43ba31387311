package org.ebpf4j.data;

import static java.lang.constant.ConstantDescs.BSM_CLASS_DATA_AT;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.DEFAULT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.net.Inet6Address;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Writes the class of a codec: it reads and writes in a straight line, each part at a constant
/// distance. Constructors and accessors are constants of the class, so that the compiler of the JVM
/// sees through them; records that do not escape are never made.
///
/// The class is hidden and goes with the codec.
final class CodecGenerator {
  private static final ClassDesc SELF = ClassDesc.of("org.ebpf4j.data.Generated");
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc LAYOUTS = desc(ValueLayout.class);
  private static final ClassDesc OBJECTS = desc(Object[].class);
  private static final MethodTypeDesc READ = MethodTypeDesc.of(CD_Object, SEGMENT, CD_long);
  private static final MethodTypeDesc WRITE =
      MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_Object);

  /// How many arguments a method handle takes; `long` and `double` count twice.
  private static final int MOST_ARGUMENTS = 253;

  /// Gaps up to this size become 0 by a few stores, larger ones by a call.
  private static final int LARGEST_STORED_GAP = 32;

  private static final int VALUE = 3;
  private static final int INDEX = 4;
  private static final int PLACE = 5;

  /// The local variables in which a method has the memory, and the offset of what it reads.
  private record Frame(int memory, int offset) {
    /// Of the codec's own methods.
    static final Frame ROOT = new Frame(1, 2);

    /// Of the static methods, for records and arrays inside.
    static final Frame INNER = new Frame(0, 1);

    static final Frame ELEMENT = new Frame(0, PLACE);
  }

  /// A number in memory as [MemorySegment] reads it.
  private record Word(String constant, ClassDesc layout, ClassDesc value) {
    static Word whole(int size) {
      return switch (size) {
        case 1 -> new Word("JAVA_BYTE", desc(ValueLayout.OfByte.class), CD_byte);
        case 2 -> new Word("JAVA_SHORT_UNALIGNED", desc(ValueLayout.OfShort.class), CD_short);
        case 4 -> new Word("JAVA_INT_UNALIGNED", desc(ValueLayout.OfInt.class), CD_int);
        default -> new Word("JAVA_LONG_UNALIGNED", desc(ValueLayout.OfLong.class), CD_long);
      };
    }

    static Word real(int size) {
      return size == 4
          ? new Word("JAVA_FLOAT_UNALIGNED", desc(ValueLayout.OfFloat.class), desc(float.class))
          : new Word("JAVA_DOUBLE_UNALIGNED", desc(ValueLayout.OfDouble.class), desc(double.class));
    }
  }

  /// A method for a record or array that stands inside another.
  private record Inner(Plan plan, String name) {}

  private record Accessor(Class<?> type, String name) {}

  private final @Nullable Lookup lookup;
  private final List<Object> data = new ArrayList<>();
  private final Map<Object, Integer> constants = new HashMap<>();
  private final Map<Inner, Integer> methods = new HashMap<>();
  private final Queue<Inner> toWrite = new ArrayDeque<>();

  private CodecGenerator(@Nullable Lookup lookup) {
    this.lookup = lookup;
  }

  /// A codec for that plan.
  ///
  /// @param lookup the rights by which the records of the plan are used, before those of this
  ///   module
  static Codec<?> generate(Plan plan, @Nullable Lookup lookup) {
    return new CodecGenerator(lookup).codec(plan);
  }

  private Codec<?> codec(Plan plan) {
    var bytes = ClassFile.of().build(SELF, c -> define(c, plan));
    try {
      var type =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, List.copyOf(data), true);
      return (GeneratedCodec)
          type.findConstructor(type.lookupClass(), MethodType.methodType(void.class, Plan.class))
              .invoke(plan);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("no codec of " + plan.type().getName(), e);
    }
  }

  private void define(ClassBuilder c, Plan plan) {
    var writable = Plan.whyReadOnly(plan) == null;
    c.withSuperclass(desc(GeneratedCodec.class));
    c.withFlags(AccessFlag.FINAL, AccessFlag.SUPER);
    var constructor = MethodTypeDesc.of(CD_void, desc(Plan.class));
    c.withMethodBody(
        INIT_NAME,
        constructor,
        ClassFile.ACC_PUBLIC,
        b ->
            b.aload(0)
                .aload(1)
                .invokespecial(desc(GeneratedCodec.class), INIT_NAME, constructor)
                .return_());
    c.withMethodBody(
        "size",
        MethodTypeDesc.of(CD_int),
        ClassFile.ACC_PUBLIC,
        b -> b.loadConstant(plan.size()).ireturn());
    c.withMethodBody("read", READ, ClassFile.ACC_PUBLIC, b -> rootRead(b, plan));
    if (writable) {
      c.withMethodBody("write", WRITE, ClassFile.ACC_PUBLIC, b -> rootWrite(b, plan));
    }
    for (var inner = toWrite.poll(); inner != null; inner = toWrite.poll()) {
      var method = inner;
      var number = number(inner);
      c.withMethodBody("read" + number, READ, ClassFile.ACC_STATIC, b -> innerRead(b, method));
      if (writable) {
        c.withMethodBody("write" + number, WRITE, ClassFile.ACC_STATIC, b -> innerWrite(b, method));
      }
    }
  }

  private int number(Inner inner) {
    return methods.computeIfAbsent(
        inner,
        i -> {
          toWrite.add(i);
          return methods.size();
        });
  }

  // The methods.

  /// Asks for the first and the last byte: where they are there, all are, and nothing is written
  /// where they are not. The compiler of the JVM takes this check out of loops, as it does those of
  /// the parts; a check of the size it leaves in, and a slice it makes an object of where it has
  /// seen memory of several kinds.
  private static void checkBounds(CodeBuilder b, int size) {
    if (size > 0) {
      get(b, Frame.ROOT, 0, Word.whole(1));
      b.pop();
    }
    if (size > 1) {
      get(b, Frame.ROOT, size - 1, Word.whole(1));
      b.pop();
    }
  }

  private void rootRead(CodeBuilder b, Plan plan) {
    checkBounds(b, Plan.extent(plan));
    if (plan instanceof Plan.Struct struct) {
      readStruct(b, Frame.ROOT, struct);
    } else {
      read(b, Frame.ROOT, 0, plan, plan.type().getSimpleName());
    }
    b.areturn();
  }

  private void rootWrite(CodeBuilder b, Plan plan) {
    checkBounds(b, plan.size());
    if (plan instanceof Plan.Struct struct) {
      writeStruct(b, Frame.ROOT, struct, 4);
    } else {
      write(b, Frame.ROOT, 0, plan, plan.type().getSimpleName(), v -> v.aload(4));
    }
    b.return_();
  }

  private void innerRead(CodeBuilder b, Inner inner) {
    if (inner.plan() instanceof Plan.Struct struct) {
      readStruct(b, Frame.INNER, struct);
    } else if (inner.plan() instanceof Plan.Row row) {
      readRow(b, row, inner.name());
    }
    b.areturn();
  }

  private void innerWrite(CodeBuilder b, Inner inner) {
    if (inner.plan() instanceof Plan.Struct struct) {
      writeStruct(b, Frame.INNER, struct, VALUE);
    } else if (inner.plan() instanceof Plan.Row row) {
      writeRow(b, row, inner.name());
    }
    b.return_();
  }

  // Records.

  private void readStruct(CodeBuilder b, Frame frame, Plan.Struct struct) {
    var type = MethodTypeDesc.of(CD_Object);
    var slots = 0;
    constant(b, struct.type(), () -> Access.constructor(struct.type(), lookup));
    for (var component : struct.components()) {
      var plan = component.plan();
      read(b, frame, component.offset(), plan, name(struct, component));
      type = type.insertParameterTypes(type.parameterCount(), erased(plan.type()));
      slots += TypeKind.from(erased(plan.type())).slotSize();
    }
    if (slots > MOST_ARGUMENTS) {
      throw new IllegalArgumentException(
          struct.type().getName() + " has more components than a method handle takes");
    }
    b.invokevirtual(CD_MethodHandle, "invokeExact", type);
  }

  private void writeStruct(CodeBuilder b, Frame frame, Plan.Struct struct, int value) {
    zeroGaps(b, frame, struct);
    for (var component : struct.components()) {
      var plan = component.plan();
      write(
          b,
          frame,
          component.offset(),
          plan,
          name(struct, component),
          v -> {
            constant(
                v,
                new Accessor(struct.type(), component.name()),
                () -> Access.accessor(struct.type(), component.name(), lookup));
            v.aload(value)
                .invokevirtual(
                    CD_MethodHandle,
                    "invokeExact",
                    MethodTypeDesc.of(erased(plan.type()), CD_Object));
          });
    }
  }

  private static String name(Plan.Struct struct, Plan.Component component) {
    return struct.type().getSimpleName() + "." + component.name();
  }

  /// Bytes that no component writes whole.
  private static void zeroGaps(CodeBuilder b, Frame frame, Plan.Struct struct) {
    var whole = new ArrayList<Plan.Component>();
    for (var component : struct.components()) {
      if (!(component.plan() instanceof Plan.Bits)) {
        whole.add(component);
      }
    }
    whole.sort(java.util.Comparator.comparingInt(Plan.Component::offset));
    var end = 0;
    for (var component : whole) {
      zero(b, frame, end, component.offset() - end);
      end = component.offset() + component.plan().size();
    }
    zero(b, frame, end, struct.size() - end);
  }

  private static void zero(CodeBuilder b, Frame frame, int offset, int size) {
    if (size > LARGEST_STORED_GAP) {
      b.aload(frame.memory());
      offset(b, frame, offset);
      b.loadConstant((long) size);
      call(b, Blocks.class, "zero", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_long));
      return;
    }
    var at = offset;
    var left = size;
    while (left > 0) {
      var step = Math.min(8, Integer.highestOneBit(left));
      set(
          b,
          frame,
          at,
          Word.whole(step),
          v -> {
            if (step == 8) {
              v.lconst_0();
            } else {
              v.iconst_0();
            }
          });
      at += step;
      left -= step;
    }
  }

  // Arrays.

  private void readRow(CodeBuilder b, Plan.Row row, String name) {
    var element = row.type().getComponentType();
    if (element.isPrimitive()) {
      b.loadConstant(row.count()).newarray(TypeKind.from(element));
    } else {
      constant(
          b,
          row.type(),
          () ->
              MethodHandles.arrayConstructor(row.type())
                  .asType(MethodType.methodType(Object.class, int.class)));
      b.loadConstant(row.count())
          .invokevirtual(CD_MethodHandle, "invokeExact", MethodTypeDesc.of(CD_Object, CD_int))
          .checkcast(OBJECTS);
    }
    b.astore(VALUE);
    var word = copied(row.element());
    if (word != null) {
      b.aload(0).getstatic(LAYOUTS, word.constant(), word.layout()).lload(1).aload(VALUE);
      b.iconst_0().loadConstant(row.count());
      b.invokestatic(
          SEGMENT,
          "copy",
          MethodTypeDesc.of(CD_void, SEGMENT, LAYOUTS, CD_long, CD_Object, CD_int, CD_int),
          true);
    } else {
      loop(
          b,
          row,
          () -> {
            b.aload(VALUE).iload(INDEX);
            read(b, Frame.ELEMENT, 0, row.element(), name);
            b.arrayStore(TypeKind.from(erased(element)));
          });
    }
    b.aload(VALUE);
  }

  private void writeRow(CodeBuilder b, Plan.Row row, String name) {
    var element = row.type().getComponentType();
    b.aload(VALUE).checkcast(element.isPrimitive() ? desc(row.type()) : OBJECTS).astore(VALUE);
    b.aload(VALUE).arraylength().loadConstant(row.count()).loadConstant(name);
    call(b, Blocks.class, "checkLength", MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_String));
    var word = copied(row.element());
    if (word != null) {
      b.aload(VALUE).iconst_0().aload(0).getstatic(LAYOUTS, word.constant(), word.layout());
      b.lload(1).loadConstant(row.count());
      b.invokestatic(
          SEGMENT,
          "copy",
          MethodTypeDesc.of(CD_void, CD_Object, CD_int, SEGMENT, LAYOUTS, CD_long, CD_int),
          true);
      return;
    }
    loop(
        b,
        row,
        () ->
            write(
                b,
                Frame.ELEMENT,
                0,
                row.element(),
                name,
                v -> v.aload(VALUE).iload(INDEX).arrayLoad(TypeKind.from(erased(element)))));
  }

  /// How elements are copied all at once, as they stand in memory as in Java; else null.
  private static @Nullable Word copied(Plan element) {
    if (!element.type().isPrimitive()) {
      return null;
    }
    return switch (element) {
      case Plan.Real real -> Word.real(real.size());
      case Plan.Whole whole ->
          whole.type() != boolean.class && whole.size() == bytes(whole.type())
              ? Word.whole(whole.size())
              : null;
      default -> null;
    };
  }

  private static void loop(CodeBuilder b, Plan.Row row, Runnable body) {
    var top = b.newLabel();
    var end = b.newLabel();
    b.iconst_0().istore(INDEX).lload(1).lstore(PLACE);
    b.labelBinding(top).iload(INDEX).loadConstant(row.count()).if_icmpge(end);
    body.run();
    b.iinc(INDEX, 1).lload(PLACE).loadConstant((long) row.element().size()).ladd().lstore(PLACE);
    b.goto_(top).labelBinding(end);
  }

  // Values. What is read is left on the stack, as a primitive or an object; what is to be written
  // is pushed by `value`.

  private interface Push {
    void onto(CodeBuilder b);
  }

  private void read(CodeBuilder b, Frame frame, int at, Plan plan, String name) {
    switch (plan) {
      case Plan.Whole p -> {
        get(b, frame, at, Word.whole(p.size()));
        widen(b, p);
        box(b, p.type());
      }
      case Plan.Bits p -> {
        if (p.single()) {
          get(b, frame, at, Word.whole(p.size()));
          toLong(b, p.size());
          b.loadConstant(p.shift()).loadConstant(p.bits()).loadConstant(p.signed() ? 1 : 0);
          call(
              b,
              BitFields.class,
              "get",
              MethodTypeDesc.of(CD_long, CD_long, CD_int, CD_int, CD_boolean));
        } else {
          memory(b, frame, at);
          b.loadConstant(p.size()).loadConstant(p.shift()).loadConstant(p.bits());
          b.loadConstant(p.signed() ? 1 : 0);
          call(
              b,
              BitFields.class,
              "read",
              MethodTypeDesc.of(CD_long, SEGMENT, CD_long, CD_int, CD_int, CD_int, CD_boolean));
        }
        narrow(b, JavaPart.unboxed(p.type()));
        box(b, p.type());
      }
      case Plan.Real p -> {
        get(b, frame, at, Word.real(p.size()));
        box(b, p.type());
      }
      case Plan.Big p -> {
        memory(b, frame, at);
        b.loadConstant(p.size()).loadConstant(p.signed() ? 1 : 0);
        call(
            b,
            Numbers.class,
            "readBig",
            MethodTypeDesc.of(CD_Object, SEGMENT, CD_long, CD_int, CD_boolean));
      }
      case Plan.Text p -> readBlock(b, frame, at, p, "readText");
      case Plan.Raw p -> readBlock(b, frame, at, p, "readRaw");
      case Plan.Address p -> {
        memory(b, frame, at);
        b.loadConstant(p.size()).loadConstant(p.type() == Inet6Address.class ? 1 : 0);
        call(
            b,
            Blocks.class,
            "readAddress",
            MethodTypeDesc.of(CD_Object, SEGMENT, CD_long, CD_int, CD_boolean));
      }
      case Plan.Named p -> {
        constant(b, p, () -> new EnumTable(p.type(), p.codes()));
        get(b, frame, at, Word.whole(p.size()));
        extend(b, p.size(), p.signed());
        b.invokevirtual(desc(EnumTable.class), "constant", MethodTypeDesc.of(CD_Object, CD_long));
      }
      case Plan.Row p -> inner(b, frame, at, new Inner(p, name));
      case Plan.Struct p -> inner(b, frame, at, new Inner(p, ""));
    }
  }

  private static void readBlock(CodeBuilder b, Frame frame, int at, Plan plan, String method) {
    memory(b, frame, at);
    b.loadConstant(plan.size());
    call(b, Blocks.class, method, MethodTypeDesc.of(CD_Object, SEGMENT, CD_long, CD_int));
  }

  private void inner(CodeBuilder b, Frame frame, int at, Inner inner) {
    memory(b, frame, at);
    b.invokestatic(SELF, "read" + number(inner), READ);
  }

  private void write(CodeBuilder b, Frame frame, int at, Plan plan, String name, Push value) {
    switch (plan) {
      case Plan.Whole p ->
          set(
              b,
              frame,
              at,
              Word.whole(p.size()),
              v -> {
                value.onto(v);
                unbox(v, p.type());
                fit(v, p, name);
              });
      case Plan.Bits p -> writeBits(b, frame, at, p, name, value);
      case Plan.Real p ->
          set(
              b,
              frame,
              at,
              Word.real(p.size()),
              v -> {
                value.onto(v);
                unbox(v, p.type());
              });
      case Plan.Big p -> {
        memory(b, frame, at);
        value.onto(b);
        b.loadConstant(p.size()).loadConstant(p.signed() ? 1 : 0).loadConstant(name);
        call(
            b,
            Numbers.class,
            "writeBig",
            MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_Object, CD_int, CD_boolean, CD_String));
      }
      case Plan.Text p -> writeBlock(b, frame, at, p, name, value, "writeText");
      case Plan.Raw p -> writeBlock(b, frame, at, p, name, value, "writeRaw");
      case Plan.Address p -> writeBlock(b, frame, at, p, name, value, "writeAddress");
      case Plan.Named p ->
          set(
              b,
              frame,
              at,
              Word.whole(p.size()),
              v -> {
                constant(v, p, () -> new EnumTable(p.type(), p.codes()));
                value.onto(v);
                v.loadConstant(name)
                    .invokevirtual(
                        desc(EnumTable.class),
                        "code",
                        MethodTypeDesc.of(CD_long, CD_Object, CD_String));
                shorten(v, p.size());
              });
      case Plan.Row p -> innerWrite(b, frame, at, new Inner(p, name), value);
      case Plan.Struct p -> innerWrite(b, frame, at, new Inner(p, ""), value);
    }
  }

  private void innerWrite(CodeBuilder b, Frame frame, int at, Inner inner, Push value) {
    memory(b, frame, at);
    value.onto(b);
    b.invokestatic(SELF, "write" + number(inner), WRITE);
  }

  private static void writeBlock(
      CodeBuilder b, Frame frame, int at, Plan plan, String name, Push value, String method) {
    memory(b, frame, at);
    value.onto(b);
    b.loadConstant(plan.size()).loadConstant(name);
    call(
        b,
        Blocks.class,
        method,
        MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_Object, CD_int, CD_String));
  }

  private static void writeBits(
      CodeBuilder b, Frame frame, int at, Plan.Bits p, String name, Push value) {
    Push bits =
        v -> {
          value.onto(v);
          unbox(v, p.type());
          var plain = JavaPart.unboxed(p.type());
          toLong(v, bytes(plain));
          if (plain != boolean.class && p.bits() < 8 * bytes(plain)) {
            range(v, p.bits(), p.signed(), name);
          }
        };
    if (p.single()) {
      set(
          b,
          frame,
          at,
          Word.whole(p.size()),
          v -> {
            get(v, frame, at, Word.whole(p.size()));
            toLong(v, p.size());
            v.loadConstant(p.shift()).loadConstant(p.bits());
            bits.onto(v);
            call(
                v,
                BitFields.class,
                "with",
                MethodTypeDesc.of(CD_long, CD_long, CD_int, CD_int, CD_long));
            shorten(v, p.size());
          });
      return;
    }
    memory(b, frame, at);
    b.loadConstant(p.size()).loadConstant(p.shift()).loadConstant(p.bits());
    bits.onto(b);
    call(
        b,
        BitFields.class,
        "write",
        MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_int, CD_int, CD_int, CD_long));
  }

  // Numbers on the stack. Those of less than 4 bytes are int there.

  /// Makes what was read from memory a value of its type in Java.
  private static void widen(CodeBuilder b, Plan.Whole p) {
    var plain = JavaPart.unboxed(p.type());
    if (plain == boolean.class) {
      toLong(b, p.size());
      call(b, Numbers.class, "truth", MethodTypeDesc.of(CD_boolean, CD_long));
    } else if (plain == long.class) {
      extend(b, p.size(), p.signed());
    } else if (p.size() < bytes(plain) && !p.signed()) {
      b.loadConstant(p.size() == 1 ? 0xff : 0xffff).iand();
    }
  }

  /// Makes a number of `size` bytes a `long` by its sign or, where it has none, by zeros.
  private static void extend(CodeBuilder b, int size, boolean signed) {
    toLong(b, size);
    if (!signed && size < 8) {
      b.loadConstant(-1L >>> (64 - 8 * size)).land();
    }
  }

  private static void toLong(CodeBuilder b, int size) {
    if (size < 8) {
      b.i2l();
    }
  }

  /// Makes a value in Java what memory is to hold.
  private static void fit(CodeBuilder b, Plan.Whole p, String name) {
    var plain = JavaPart.unboxed(p.type());
    if (plain == boolean.class) {
      if (p.size() == 8) {
        b.i2l();
      }
    } else if (p.size() < bytes(plain)) {
      toLong(b, bytes(plain));
      range(b, 8 * p.size(), p.signed(), name);
      shorten(b, p.size());
    }
  }

  private static void range(CodeBuilder b, int bits, boolean signed, String name) {
    var highest = signed ? (1L << (bits - 1)) - 1 : -1L >>> (64 - bits);
    b.loadConstant(signed ? -highest - 1 : 0L).loadConstant(highest).loadConstant(name);
    call(
        b,
        Numbers.class,
        "range",
        MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_long, CD_String));
  }

  private static void shorten(CodeBuilder b, int size) {
    switch (size) {
      case 1 -> b.l2i().i2b();
      case 2 -> b.l2i().i2s();
      case 4 -> b.l2i();
      default -> {}
    }
  }

  private static void narrow(CodeBuilder b, Class<?> plain) {
    if (plain == boolean.class) {
      call(b, Numbers.class, "truth", MethodTypeDesc.of(CD_boolean, CD_long));
    } else {
      shorten(b, bytes(plain));
    }
  }

  private static int bytes(Class<?> plain) {
    return plain == boolean.class ? 1 : JavaPart.bytes(plain);
  }

  private static void box(CodeBuilder b, Class<?> type) {
    if (!type.isPrimitive()) {
      b.invokestatic(
          desc(type), "valueOf", MethodTypeDesc.of(desc(type), desc(JavaPart.unboxed(type))));
    }
  }

  private static void unbox(CodeBuilder b, Class<?> type) {
    var plain = JavaPart.unboxed(type);
    if (!type.isPrimitive()) {
      b.checkcast(desc(type))
          .invokevirtual(desc(type), plain.getName() + "Value", MethodTypeDesc.of(desc(plain)));
    }
  }

  // Memory.

  private static void offset(CodeBuilder b, Frame frame, int at) {
    b.lload(frame.offset());
    if (at != 0) {
      b.loadConstant((long) at).ladd();
    }
  }

  private static void memory(CodeBuilder b, Frame frame, int at) {
    b.aload(frame.memory());
    offset(b, frame, at);
  }

  private static void get(CodeBuilder b, Frame frame, int at, Word word) {
    b.aload(frame.memory()).getstatic(LAYOUTS, word.constant(), word.layout());
    offset(b, frame, at);
    b.invokeinterface(SEGMENT, "get", MethodTypeDesc.of(word.value(), word.layout(), CD_long));
  }

  private static void set(CodeBuilder b, Frame frame, int at, Word word, Push value) {
    b.aload(frame.memory()).getstatic(LAYOUTS, word.constant(), word.layout());
    offset(b, frame, at);
    value.onto(b);
    b.invokeinterface(
        SEGMENT, "set", MethodTypeDesc.of(CD_void, word.layout(), CD_long, word.value()));
  }

  // Classes.

  private static void call(CodeBuilder b, Class<?> owner, String name, MethodTypeDesc type) {
    b.invokestatic(desc(owner), name, type);
  }

  private interface Maker {
    Object make();
  }

  /// Pushes an object that the class was given when it was defined, made once for each key.
  private void constant(CodeBuilder b, Object key, Maker maker) {
    var index =
        constants.computeIfAbsent(
            key,
            _ -> {
              data.add(maker.make());
              return data.size() - 1;
            });
    var type = data.get(index) instanceof EnumTable ? desc(EnumTable.class) : CD_MethodHandle;
    b.loadConstant(DynamicConstantDesc.ofNamed(BSM_CLASS_DATA_AT, DEFAULT_NAME, type, index));
  }

  /// Types of others cannot be named here, and need not be.
  private static ClassDesc erased(Class<?> type) {
    return type.isPrimitive() ? desc(type) : CD_Object;
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
