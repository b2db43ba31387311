/// A kernel of maps only, in plain Java, which passes the contracts of maps: a second
/// implementation of the interfaces of core, so that they are not those of Linux by another name.
@NullMarked
package org.ebpf4j.contract;

import org.jspecify.annotations.NullMarked;
