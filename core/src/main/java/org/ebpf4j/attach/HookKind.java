package org.ebpf4j.attach;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ebpf4j.error.NearestNames;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.error.WrongHookException;
import org.jspecify.annotations.Nullable;

/// One row of the table of hooks: a kind of place that programs are attached to, all that its text
/// and the names of its sections mean, and which programs it takes. What attaches a program, what
/// reads the name of a section, the command line's `--attach` and the tables of the documentation
/// all come from here.
///
/// @param name the name, as in `--attach NAME:PLACE`
/// @param aliases other names that `--attach` takes
/// @param title what the place is, in a few words
/// @param form how the place is written without its options, for people: `DEVICE`; empty for
///   programs that are not attached to a place
/// @param hasCommas whether places have commas of their own, as paths and lists do
/// @param options what may follow the place, each behind a comma
/// @param example a place, written; empty where `form` is
/// @param mechanism what attaches a program there, and since which kernel; empty where nothing does
///   yet
/// @param note what is done with such programs instead, where they are not attached to a place
/// @param meanwhile what can be attached at about the same place, where nothing attaches to this
///   yet; empty where there is nothing
/// @param sections the names of sections whose functions are programs for it
/// @param parser what reads the text of a place
public record HookKind(
    String name,
    List<String> aliases,
    String title,
    String form,
    boolean hasCommas,
    List<HookOption> options,
    String example,
    String mechanism,
    String note,
    String meanwhile,
    List<HookSection> sections,
    Parser parser) {

  private static final int MANY_OPTIONS = 4;
  private static final int FEW_OPTIONS = 3;

  /// What reads the text of a place.
  @FunctionalInterface
  public interface Parser {
    /// Reads a place.
    ///
    /// @param options the options of the kind that follow it
    /// @throws IllegalArgumentException where it is of another form; says which
    Place parse(String place, PlaceOptions options);
  }

  // The table is made at the start of each process, so it goes without streams.
  private static final List<HookKind> ALL = both(TracingHooks.ROWS, NetworkHooks.ROWS);

  public HookKind {
    aliases = List.copyOf(aliases);
    options = List.copyOf(options);
    sections = List.copyOf(sections);
  }

  private static List<HookKind> both(List<HookKind> first, List<HookKind> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }

  /// The table.
  public static List<HookKind> all() {
    return ALL;
  }

  /// The kind with that name or alias.
  public static Optional<HookKind> named(String name) {
    for (var kind : ALL) {
      if (kind.name.equals(name) || kind.aliases.contains(name)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /// The kind of an attach point.
  public static HookKind of(AttachPoint point) {
    return named(point.kind()).orElseThrow();
  }

  /// The kinds that take programs of a type.
  ///
  /// @param attachType what they are loaded for, where that is known
  public static List<HookKind> taking(ProgramType type, Optional<AttachType> attachType) {
    return ALL.stream().filter(k -> k.takes(type, attachType)).toList();
  }

  /// Whether programs are attached to a place of this kind, by this library or a later one.
  public boolean isPlace() {
    return !form.isEmpty();
  }

  /// Whether this library attaches programs there.
  public boolean isAttachable() {
    return !mechanism.isEmpty();
  }

  /// The types of programs it takes.
  public Set<ProgramType> programTypes() {
    return sections.stream()
        .map(HookSection::type)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(ProgramType.class)));
  }

  /// The attach types that a program of some type is loaded with for it.
  private Set<AttachType> attachTypes(ProgramType type) {
    return sections.stream()
        .filter(s -> s.type() == type)
        .flatMap(s -> s.attachType().stream())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(AttachType.class)));
  }

  /// Whether it takes a program: one of its types, and loaded for it where that decides.
  private boolean takes(ProgramType type, Optional<AttachType> attachType) {
    var ofType = sections.stream().filter(s -> s.type() == type).toList();
    return !ofType.isEmpty()
        && (attachType.isEmpty()
            || ofType.stream().anyMatch(s -> s.attachType().isEmpty())
            || attachTypes(type).contains(attachType.get()));
  }

  /// Reads a place of this kind.
  ///
  /// @param text the place and its options: `veth0,generic`; a comma in a name is written `\,`
  /// @throws IllegalArgumentException where it is of another form; says which
  /// @throws UnsupportedFeatureException where there is no form yet
  public Place parse(String text) {
    if (!isPlace()) {
      throw notYet("--attach " + name + ":" + text);
    }
    var given = new HashMap<String, String>();
    var place = text;
    for (var comma = lastComma(place); comma >= 0; comma = lastComma(place)) {
      var said = PlaceText.plain(place.substring(comma + 1));
      var equals = said.indexOf('=');
      var option = option(equals < 0 ? said : said.substring(0, equals));
      if (option == null
          || option.hasValue() != equals >= 0
          || (option.hasValue() && equals == said.length() - 1)) {
        if (hasCommas && option == null) {
          break;
        }
        throw unknown(said, option);
      }
      if (given.put(option.name(), said.substring(equals + 1)) != null) {
        throw new IllegalArgumentException(
            name + ":" + text + " has the option " + option.name() + " twice");
      }
      place = place.substring(0, comma);
    }
    return parser.parse(PlaceText.plain(place), new PlaceOptions(name, given));
  }

  /// A comma behind `\` is one of a name.
  private int lastComma(String place) {
    if (options.isEmpty()) {
      return -1;
    }
    var comma = place.lastIndexOf(',');
    while (comma > 0 && place.charAt(comma - 1) == '\\') {
      comma = place.lastIndexOf(',', comma - 1);
    }
    return comma;
  }

  private @Nullable HookOption option(String said) {
    for (var option : options) {
      if (option.isNamed(said)) {
        return option;
      }
    }
    return null;
  }

  private IllegalArgumentException unknown(String said, @Nullable HookOption option) {
    if (option != null) {
      return new IllegalArgumentException(
          "the option "
              + option.name()
              + " of "
              + name
              + (option.hasValue() ? " has a value: " + option.usage() : " has no value")
              + "; not '"
              + said
              + "'");
    }
    var equals = said.indexOf('=');
    return new IllegalArgumentException(
        name
            + " has no option '"
            + said
            + "'; it is "
            + fullUsage()
            + NearestNames.didYouMean(
                equals < 0 ? said : said.substring(0, equals),
                options.stream().map(HookOption::name).toList())
            + (hasCommas ? "" : "\n  try: a comma in a name is written \\,"));
  }

  /// Reads the place in the name of a section, where there are no options.
  ///
  /// @throws IllegalArgumentException where it is of another form; says which
  /// @throws UnsupportedFeatureException where there is no form yet
  public Place parseSection(String text) {
    if (!isPlace()) {
      throw notYet("SEC(\"" + name + "/" + text + "\")");
    }
    return parser.parse(text, PlaceOptions.NONE);
  }

  /// Says why a program cannot be attached, before the kernel is asked: its type is one that the
  /// place takes no programs of.
  ///
  /// @param what the attempt, for the message
  /// @param point a place of this kind
  /// @param attachType what the program was loaded for, where that is known
  /// @throws WrongHookException where it does not fit
  public void check(
      String what, AttachPoint point, ProgramType type, Optional<AttachType> attachType) {
    var hook = point.attachType();
    var fits =
        takes(type, attachType)
            && (hook.isEmpty() || attachTypes(type).contains(hook.get()))
            && (hook.isEmpty()
                || attachType.isEmpty()
                || !isFixed(type)
                || attachType.equals(hook));
    if (fits) {
      return;
    }
    throw new WrongHookException(
        type.label(),
        point.kind(),
        what
            + ": it is "
            + program(type, attachType)
            + ", and "
            + hook.map(AttachType::label)
                .map(h -> h + " of " + withArticle(name))
                .orElse(withArticle(name) + " hook")
            + " takes "
            + accepted(hook)
            + "\n  try: "
            + homes(type, attachType));
  }

  /// Whether the kernel holds programs of a type to the attach type that they were loaded with.
  private static boolean isFixed(ProgramType type) {
    return type == ProgramType.CGROUP_SOCK
        || type == ProgramType.CGROUP_SOCK_ADDR
        || type == ProgramType.CGROUP_SOCKOPT;
  }

  private static String program(ProgramType type, Optional<AttachType> attachType) {
    var label = type.label();
    return withArticle(label)
        + " program"
        + attachType
            .filter(a -> !a.label().equals(label))
            .map(a -> " (loaded for " + a.label() + ")")
            .orElse("");
  }

  /// A name with its article, as it is spoken: `an xdp`, `a kprobe`, `a uprobe`.
  private static String withArticle(String word) {
    var vowel =
        "aeio".indexOf(word.charAt(0)) >= 0
            || word.startsWith("xdp")
            || word.startsWith("lsm")
            || word.startsWith("lwt");
    return (vowel ? "an " : "a ") + word;
  }

  /// The programs that this takes, in words: `xdp programs`.
  private String accepted(Optional<AttachType> hook) {
    var matching =
        sections.stream().filter(s -> hook.isEmpty() || s.attachType().equals(hook)).toList();
    return join(matching.stream().map(s -> s.type().label()).distinct().toList()) + " programs";
  }

  /// Where programs of a type go, in words: `xdp programs go to xdp:DEVICE[,generic|,driver]`.
  ///
  /// @param attachType what they are loaded for, where that is known
  public static String homes(ProgramType type, Optional<AttachType> attachType) {
    var kinds = taking(type, attachType);
    if (kinds.isEmpty()) {
      return "no hook takes " + type.label() + " programs";
    }
    var places = kinds.stream().filter(HookKind::isAttachable).map(HookKind::usage).toList();
    if (!places.isEmpty()) {
      return type.label() + " programs go to " + join(places);
    }
    var first = kinds.getFirst();
    return type.label()
        + " programs"
        + (first.note.isEmpty()
            ? " are for "
                + join(kinds.stream().map(HookKind::name).toList())
                + ", which "
                + "ebpf4j cannot attach yet"
            : ": " + first.note);
  }

  private static String join(List<String> words) {
    return words.size() < 2
        ? String.join("", words)
        : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
  }

  /// How `--attach` names a place of this kind: `xdp:DEVICE[,generic|,driver]`. Where there are
  /// many options, the first of them.
  public String usage() {
    var listed = options.stream().filter(HookOption::isListed).count();
    return listed > MANY_OPTIONS ? usage(FEW_OPTIONS, "|…") : usage(MANY_OPTIONS, "");
  }

  /// The same with all options.
  public String fullUsage() {
    return usage(Integer.MAX_VALUE, "");
  }

  private String usage(int most, String more) {
    var listed =
        options.stream()
            .filter(HookOption::isListed)
            .limit(most)
            .map(o -> "," + o.usage())
            .toList();
    return name
        + ":"
        + form
        + (listed.isEmpty() ? "" : "[" + String.join("|", listed) + more + "]");
  }

  /// The error of attaching a program to a place that nothing attaches to yet.
  ///
  /// @param what the attempt, for the message
  /// @param point the place, of this kind
  public UnsupportedFeatureException notYet(String what, AttachPoint point) {
    var name = point instanceof TypedPoint typed ? typed.name() : point.place();
    return notYet(
        what,
        form.equals("PATTERN")
            ? meanwhile
            : meanwhile.replaceAll("NAME|SYMBOL|FUNCTION", Matcher.quoteReplacement(name)));
  }

  /// The error of attaching a program to a place of a kind that nothing attaches to yet.
  ///
  /// @param what the attempt, for the message
  public UnsupportedFeatureException notYet(String what) {
    return notYet(what, meanwhile);
  }

  private UnsupportedFeatureException notYet(String what, String mend) {
    return new UnsupportedFeatureException(
        name,
        null,
        what
            + ": "
            + (note.isEmpty()
                ? "cannot attach "
                    + name
                    + " yet; such programs can be loaded and pinned only"
                    + (mend.isEmpty() ? "" : "\n  try: " + mend)
                : note));
  }

  /// The kinds that programs can be attached to, as `--attach` names them.
  public static List<String> usages() {
    return ALL.stream().filter(HookKind::isAttachable).map(HookKind::usage).toList();
  }

  /// The names that `--attach` takes, aliases included.
  public static Collection<String> names() {
    return ALL.stream()
        .filter(HookKind::isAttachable)
        .flatMap(k -> Stream.concat(Stream.of(k.name), k.aliases.stream()))
        .toList();
  }
}
