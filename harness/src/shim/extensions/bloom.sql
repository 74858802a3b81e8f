-- extension: bloom
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: there is no access method bloom; an index with it is left empty

-- Nothing but the access method belongs to the real extension.
select;
