/// Objects as one kernel takes them: a pure function of an object and of the facts of a kernel,
/// whoever supplies these.
@NullMarked
package org.ebpf4j.load;

import org.jspecify.annotations.NullMarked;
