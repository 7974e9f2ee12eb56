/** An empty installation, once: the first account, its organization and a first company, and straight into it. */
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { CompanyForm } from '#web/api/organization.ts';
import { setUp } from '#web/api/set-up.ts';
import { CompanyFields, companyFieldLabels } from '#web/parts/form/company-fields.tsx';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { type FieldMessages, useForm } from '#web/parts/form/use-form.ts';
import { BrandMark } from '#web/parts/icon.tsx';
import { usePageTitle } from '#web/parts/page-head.tsx';
import { passwordProblem, passwordRule } from '#web/words/passwords.ts';
import { ownPlace } from '#web/words/places.ts';
import '#web/styles/settings.css';
import '#web/styles/set-up.css';

const companyPrefix = 'company.';

const fields = [
  { name: 'name', id: 'owner-name', label: 'Your name' },
  { name: 'email', id: 'owner-email', label: 'E-mail' },
  { name: 'password', id: 'owner-password', label: 'Password' },
  { name: 'organization', id: 'organization-name', label: 'Organization' },
  ...companyFieldLabels(companyPrefix).map((field) =>
    field.id === 'company-name' ? { ...field, label: 'Company' } : field,
  ),
];

interface Values {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly organization: string;
}

export function FirstRunPage() {
  usePageTitle('Set up');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState<Values>({ name: '', email: '', password: '', organization: '' });
  const [company, setCompany] = useState<CompanyForm>(() => ({ name: '', ...ownPlace() }));
  const form = useForm({
    names: fields.map(({ name }) => name),
    check: () => check(values, company),
    send: async () => {
      const { name, email, password, organization } = values;
      await setUp({
        name: name.trim(),
        email: email.trim(),
        password,
        organization: organization.trim(),
        company: { ...company, name: company.name.trim() },
      });
      queryClient.clear();
      await navigate({ to: '/', replace: true });
    },
  });
  const text = (name: keyof Values) => ({
    id: fields.find((field) => field.name === name)?.id ?? name,
    maxLength: name === 'email' ? 320 : 200,
    value: values[name],
    message: form.messages[name],
    onChange: (value: string) => {
      setValues((known) => ({ ...known, [name]: value }));
      form.forget(name);
    },
  });
  return (
    <main className="first" id="main">
      <form onSubmit={form.submit} noValidate aria-labelledby="first-title">
        <div className="brand">
          <BrandMark />
          Mathership
        </div>
        <h1 className="big" id="first-title">
          Set up Mathership
        </h1>
        <p className="lead">The database is empty. This page makes the first account and is then gone.</p>
        <FormProblem form={form} title="Not set up" fields={fields} />
        <fieldset>
          <legend>You, the owner</legend>
          <div className="form">
            <TextField {...text('name')} label="Name" autoComplete="name" />
            <TextField {...text('email')} label="E-mail" type="email" autoComplete="username" />
            <TextField
              {...text('password')}
              label="Password"
              type="password"
              autoComplete="new-password"
              hint={passwordRule}
            />
          </div>
        </fieldset>
        <fieldset>
          <legend>Organization</legend>
          <div className="form">
            <TextField
              {...text('organization')}
              label="Name"
              autoComplete="organization"
              hint="The group that the companies belong to"
            />
          </div>
        </fieldset>
        <fieldset>
          <legend>First company</legend>
          <div className="form">
            <CompanyFields
              values={company}
              messages={form.messages}
              prefix={companyPrefix}
              onChange={(name, value) => {
                setCompany((known) => ({ ...known, [name]: value }));
                form.forget(`${companyPrefix}${name}`);
              }}
            />
          </div>
        </fieldset>
        <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
          {form.isBusy ? 'Setting up…' : 'Create and open'}
        </button>
        {form.problem?.code === 'conflict' && (
          <p className="lead">
            <Link to="/sign-in" reloadDocument>
              Sign in
            </Link>
          </p>
        )}
      </form>
      <aside>
        <section>
          <h2>Next</h2>
          <p>
            Import orders and receipts from CSV, add delivery locations, invite members. The first export takes about a
            minute from here.
          </p>
        </section>
        <section>
          <h2>Only looking?</h2>
          <p>
            Stop the server and start it with <code>--demo</code> on an empty folder: it loads a group of three
            companies with 18 months of orders and stock.
          </p>
        </section>
      </aside>
    </main>
  );
}

function check(values: Values, company: CompanyForm): FieldMessages {
  const password = passwordProblem(values.password);
  return {
    ...(values.name.trim() === '' && { name: 'Enter your name.' }),
    ...(!/^\S+@\S+$/.test(values.email.trim()) && { email: 'Enter an e-mail address.' }),
    ...(password && { password }),
    ...(values.organization.trim() === '' && { organization: 'Enter a name.' }),
    ...(company.name.trim() === '' && { 'company.name': 'Enter a name.' }),
  };
}
