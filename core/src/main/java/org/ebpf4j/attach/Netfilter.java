package org.ebpf4j.attach;

import java.util.List;
import java.util.Locale;

/// A hook of netfilter: packets of one family at one point of their way through the network stack.
///
/// @param family the family of the packets
/// @param hook the point of their way
/// @param priority programs and other functions with lower numbers run first; conntrack has -200
/// @param defrag whether fragments are put together before the program sees them; the priority must
///   be above -400 then
/// @param netns the network namespace
public record Netfilter(Family family, Hook hook, int priority, boolean defrag, Netns netns)
    implements AttachPoint {
  private static final String FORM =
      "netfilter is FAMILY/HOOK, with ipv4 or ipv6, and prerouting, input, forward, output or"
          + " postrouting, as in ipv4/input";

  static final List<HookOption> OPTIONS =
      List.of(
          HookOption.value("priority", "N", "lower numbers run first", "prio"),
          HookOption.word("defrag", "fragments are put together before"),
          Netns.option());

  /// Families of packets; the number is `NFPROTO_*` of `include/uapi/linux/netfilter.h`.
  public enum Family {
    IPV4(2),
    IPV6(10);

    private final int number;

    Family(int number) {
      this.number = number;
    }

    /// The number that the kernel knows it by.
    public int number() {
      return number;
    }
  }

  /// Points of the way of a packet, in the order of their numbers (`NF_INET_*`).
  public enum Hook {
    /// Packets that arrive, before it is known where they go.
    PREROUTING,
    /// Packets for this machine.
    INPUT,
    /// Packets that pass through.
    FORWARD,
    /// Packets that this machine makes.
    OUTPUT,
    /// Packets that leave.
    POSTROUTING;

    /// The number that the kernel knows it by.
    @SuppressWarnings("EnumOrdinal") // They are in the order of their numbers.
    public int number() {
      return ordinal();
    }
  }

  /// @throws IllegalArgumentException for the lowest and the highest priority, which are the
  ///   kernel's, and for one that comes before fragments are put together where they are to be
  public Netfilter {
    if (priority == Integer.MIN_VALUE || priority == Integer.MAX_VALUE) {
      throw new IllegalArgumentException("the kernel keeps priority " + priority + " to itself");
    }
    if (defrag && priority <= -400) {
      throw new IllegalArgumentException(
          "fragments are put together at priority -400, so a program that wants that has a higher"
              + " one; not "
              + priority);
    }
  }

  /// A hook of a family, with priority 0.
  public static Netfilter of(Family family, Hook hook) {
    return new Netfilter(family, hook, 0, false, Netns.CURRENT);
  }

  /// The same, with a priority.
  public Netfilter withPriority(int number) {
    return new Netfilter(family, hook, number, defrag, netns);
  }

  /// The same, with fragments put together before.
  public Netfilter defragmented() {
    return new Netfilter(family, hook, priority, true, netns);
  }

  /// The same, in a network namespace.
  public Netfilter in(Netns namespace) {
    return new Netfilter(family, hook, priority, defrag, namespace);
  }

  /// Reads a family and a hook.
  ///
  /// @throws IllegalArgumentException for another form
  public static Netfilter parse(String text, PlaceOptions options) {
    var slash = text.indexOf('/');
    var priority = options.number("priority", 0);
    if (priority != (int) priority) {
      throw new IllegalArgumentException("a priority is a number of 32 bits; not " + priority);
    }
    if (slash < 0) {
      throw new IllegalArgumentException(FORM + "; not '" + text + "'");
    }
    return new Netfilter(
        constant(Family.values(), text.substring(0, slash), text),
        constant(Hook.values(), text.substring(slash + 1), text),
        (int) priority,
        options.has("defrag"),
        Netns.of(options));
  }

  private static <E extends Enum<E>> E constant(E[] all, String word, String text) {
    for (var each : all) {
      if (each.name().equalsIgnoreCase(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException(FORM + "; not '" + text + "'");
  }

  private String name() {
    return family.name().toLowerCase(Locale.ROOT) + "/" + hook.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String kind() {
    return "netfilter";
  }

  @Override
  public String place() {
    return name()
        + (priority == 0 ? "" : ",priority=" + priority)
        + PlaceText.word("defrag", defrag)
        + netns.optionText();
  }

  @Override
  public String describe() {
    return "netfilter " + name() + " (priority " + priority + ")" + netns.inWords();
  }
}
