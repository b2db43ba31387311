package org.ebpf4j.relocation;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.CoreRelocation;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.error.RelocationException;
import org.jspecify.annotations.Nullable;

/// CO-RE for one object. Local types are those the object was compiled with; each relocation asks
/// something about them, and the answer is sought in the target's types of the same name.
///
/// The target can have several types of one name. A relocation that fits only some of them settles
/// which are meant, for all later relocations of the same local type too: so the order of the
/// object's records is part of the result, and a relocator is used for one object. It is not safe
/// for use by several threads at once.
///
/// The rules are those of libbpf.
public final class CoreRelocator {
  private final Types local;
  private final ByteOrder order;
  private final TargetTypes target;
  private final Effort effort = new Effort();
  private final Map<Integer, List<Candidate>> candidates = new HashMap<>();
  private final Map<CoreRelocation, Question> questions = new HashMap<>();
  private @Nullable Types kernel;
  private @Nullable List<Types> modules;

  /// A relocator for the object with those local types.
  ///
  /// @param order of the bytes of the object and of the machine
  /// @param target asked only when a relocation needs it
  public CoreRelocator(Btf local, ByteOrder order, TargetTypes target) {
    this.local = new Types(local, effort, Long.BYTES);
    this.order = order;
    this.target = target;
  }

  /// A relocation without its place, as many instructions ask the same; and what each candidate has
  /// answered.
  private record Question(CoreKind kind, Spec local, Value value, Map<Candidate, Answer> answers) {

    String describe(CoreRelocation relocation) {
      return "the " + kind.property() + " of " + local.describe(kind, relocation.access());
    }
  }

  /// What a relocation comes to. Relocations are given in the order of the object's records, and
  /// only those of programs that are to be loaded.
  ///
  /// @param where the place to name in an error: a program and an instruction of it
  /// @throws RelocationException where the load must fail: candidates contradict each other, or the
  ///   record makes no sense
  /// @throws org.ebpf4j.error.MalformedObjectException where types are damaged
  public CoreResolution resolve(CoreRelocation relocation, Supplier<String> where) {
    var unplaced = relocation.at(0);
    var question = questions.get(unplaced);
    try {
      if (question == null) {
        question = ask(relocation);
        questions.put(unplaced, question);
      }
      return resolve(question, relocation);
    } catch (Unresolvable e) {
      var about = question == null ? describe(relocation) : question.describe(relocation);
      throw new RelocationException(
          about, where.get() + ": CO-RE relocation for " + about + ": " + e.reason());
    }
  }

  /// What a relocation is about that makes no sense.
  private static String describe(CoreRelocation relocation) {
    return "kind "
        + relocation.kind()
        + ", type "
        + relocation.type()
        + ", access \""
        + relocation.access()
        + "\"";
  }

  private Question ask(CoreRelocation relocation) {
    var kind =
        CoreKind.of(relocation.kind())
            .orElseThrow(() -> new Unresolvable("there is no such kind of relocation"));
    if (relocation.type() < 0 || relocation.type() >= local.btf().typeCount()) {
      throw new Unresolvable("the object has no such type");
    }
    effort.remember();
    var spec = SpecParser.parse(kind, relocation, local);
    return new Question(kind, spec, Value.of(kind, spec, order), new HashMap<>());
  }

  private CoreResolution resolve(Question question, CoreRelocation relocation) {
    if (question.kind() == CoreKind.TYPE_ID_LOCAL) {
      return resolution(question, relocation, question.value(), List.of());
    }
    var tried = candidates.computeIfAbsent(relocation.type(), this::find);
    var answers = tried.stream().map(c -> answer(question, c)).toList();
    var fits =
        answers.stream().filter(Answer.Fit.class::isInstance).map(Answer.Fit.class::cast).toList();
    if (fits.isEmpty()) {
      return resolution(question, relocation, absent(question.kind()), answers);
    }
    fits.forEach(fits.getFirst()::mustAgreeWith);
    candidates.put(relocation.type(), fits.stream().map(Answer.Fit::candidate).toList());
    return resolution(question, relocation, fits.getFirst().value(), answers);
  }

  private static CoreResolution resolution(
      Question question,
      CoreRelocation relocation,
      @Nullable Value value,
      List<? extends Answer> answers) {
    return new CoreResolution(
        question.kind(),
        relocation.access(),
        question.local(),
        question.value(),
        value,
        List.copyOf(answers));
  }

  private Answer answer(Question question, Candidate candidate) {
    effort.step();
    return question
        .answers()
        .computeIfAbsent(
            candidate,
            c -> {
              effort.remember();
              return Answer.of(question.kind(), question.local(), c, order);
            });
  }

  /// What a relocation comes to where nothing fits: no value where the instruction must never run.
  private static @Nullable Value absent(CoreKind kind) {
    return switch (kind) {
      case FIELD_EXISTS,
          TYPE_ID_LOCAL,
          TYPE_ID_TARGET,
          TYPE_EXISTS,
          TYPE_SIZE,
          TYPE_MATCHES,
          ENUMVAL_EXISTS ->
          Value.of(0, true);
      case FIELD_BYTE_OFFSET,
          FIELD_BYTE_SIZE,
          FIELD_SIGNED,
          FIELD_LSHIFT_U64,
          FIELD_RSHIFT_U64,
          ENUMVAL_VALUE ->
          null;
    };
  }

  /// The types of the target that a local type may mean: the kernel's, and those of modules only
  /// where the kernel has none.
  private List<Candidate> find(int id) {
    var name = Btf.essentialName(local.name(id));
    if (name.isEmpty()) {
      throw new Unresolvable("a type without a name cannot be found in the kernel");
    }
    var found = new ArrayList<Candidate>();
    add(found, kernel(), 1, id, name);
    if (found.isEmpty()) {
      for (var module : modules()) {
        add(found, module, module.btf().firstId(), id, name);
      }
    }
    return found;
  }

  private void add(List<Candidate> found, Types types, int firstId, int localId, String name) {
    for (var id : types.btf().essentialIds(name)) {
      if (id >= firstId && sameKind(local.btf().kind(localId), types.btf().kind(id))) {
        found.add(new Candidate(types, id));
      }
    }
  }

  private static boolean sameKind(int one, int other) {
    return one == other || (isEnum(one) && isEnum(other));
  }

  private static boolean isEnum(int kind) {
    return kind == Kind.ENUM || kind == Kind.ENUM64;
  }

  private Types kernel() {
    if (kernel == null) {
      kernel = new Types(target.kernel(), effort);
    }
    return kernel;
  }

  private List<Types> modules() {
    if (modules == null) {
      modules = target.modules().stream().map(m -> new Types(m, effort)).toList();
    }
    return modules;
  }
}
