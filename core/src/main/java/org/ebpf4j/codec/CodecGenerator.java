package org.ebpf4j.codec;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import org.jspecify.annotations.Nullable;

/// Writes the class of a codec: it reads and writes in a straight line, each part at a constant
/// distance. Constructors and accessors are constants of the class, so that the compiler of the JVM
/// sees through them; records that do not escape are never made.
///
/// The class is hidden and goes with the codec.
final class CodecGenerator {
  private final ClassConstants constants = new ClassConstants();
  private final InnerMethods methods = new InnerMethods();
  private final ReadingCode reading;
  private final WritingCode writing;

  private CodecGenerator(@Nullable Lookup lookup) {
    this.reading = new ReadingCode(lookup, constants, methods);
    this.writing = new WritingCode(lookup, constants, methods);
  }

  /// A codec for that plan.
  ///
  /// @param lookup the rights by which the records of the plan are used, before those of this
  ///   module
  static Codec<?> generate(Plan plan, @Nullable Lookup lookup) {
    return new CodecGenerator(lookup).codec(plan);
  }

  private Codec<?> codec(Plan plan) {
    var bytes = ClassFile.of().build(Descriptors.SELF, c -> define(c, plan));
    try {
      var type =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, constants.toList(), true);
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
    c.withSuperclass(Descriptors.of(GeneratedCodec.class));
    c.withFlags(AccessFlag.FINAL, AccessFlag.SUPER);
    var constructor = MethodTypeDesc.of(CD_void, Descriptors.of(Plan.class));
    c.withMethodBody(
        INIT_NAME,
        constructor,
        ClassFile.ACC_PUBLIC,
        b ->
            b.aload(0)
                .aload(1)
                .invokespecial(Descriptors.of(GeneratedCodec.class), INIT_NAME, constructor)
                .return_());
    c.withMethodBody(
        "size",
        MethodTypeDesc.of(CD_int),
        ClassFile.ACC_PUBLIC,
        b -> b.loadConstant(plan.size()).ireturn());
    var flexible = Plan.flexible(plan);
    c.withMethodBody(
        flexible ? "readRecord" : "read",
        flexible ? Descriptors.READ_RECORD : Descriptors.READ,
        ClassFile.ACC_PUBLIC,
        b -> {
          checkBounds(b, Plan.extent(plan));
          reading.root(b, plan);
        });
    if (flexible) {
      c.withMethodBody(
          "read",
          Descriptors.READ,
          ClassFile.ACC_PUBLIC,
          b ->
              b.aload(0)
                  .aload(Frame.ROOT.memory())
                  .lload(Frame.ROOT.offset())
                  .loadConstant((long) Plan.extent(plan))
                  .invokevirtual(Descriptors.SELF, "readRecord", Descriptors.READ_RECORD)
                  .areturn());
    }
    if (writable) {
      c.withMethodBody(
          "write",
          Descriptors.WRITE,
          ClassFile.ACC_PUBLIC,
          b -> {
            checkBounds(b, plan.size());
            writing.root(b, plan);
          });
    }
    for (var inner = methods.next(); inner != null; inner = methods.next()) {
      var method = inner;
      var number = methods.number(inner);
      c.withMethodBody(
          "read" + number,
          Plan.flexible(inner.plan()) ? Descriptors.READ_RECORD : Descriptors.READ,
          ClassFile.ACC_STATIC,
          b -> reading.inner(b, method));
      if (writable) {
        c.withMethodBody(
            "write" + number,
            Descriptors.WRITE,
            ClassFile.ACC_STATIC,
            b -> writing.inner(b, method));
      }
    }
  }

  /// Asks for the first and the last byte: where they are there, all are, and nothing is written
  /// where they are not. The compiler of the JVM takes this check out of loops, as it does those of
  /// the parts; a check of the size it leaves in, and a slice it makes an object of where it has
  /// seen memory of several kinds.
  private static void checkBounds(CodeBuilder b, int size) {
    if (size > 0) {
      MemoryCode.get(b, Frame.ROOT, 0, MemoryCode.Word.whole(1));
      b.pop();
    }
    if (size > 1) {
      MemoryCode.get(b, Frame.ROOT, size - 1, MemoryCode.Word.whole(1));
      b.pop();
    }
  }
}
